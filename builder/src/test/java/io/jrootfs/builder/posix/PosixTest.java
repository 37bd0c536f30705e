package io.jrootfs.builder.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {
  @TempDir Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    ExternalTool.requireRoot();
  }

  private Path file(String name) throws IOException {
    return Files.createFile(directory.resolve(name));
  }

  @Test
  void attributesOfEveryNamespaceAreListedAndRead() throws IOException {
    Path file = file("ünïcode");
    ExternalTool.run(directory, "setfattr", "-n", "user.a", "-v", "0xff00c280", file.toString());
    ExternalTool.run(directory, "setfattr", "-n", "trusted.b", "-v", "text", file.toString());
    ExternalTool.run(directory, "setcap", "cap_setuid=ep", file.toString());

    assertThat(Posix.listXattrs(file))
        .containsExactly("security.capability", "trusted.b", "user.a");
    assertThat(Posix.getXattr(file, "user.a"))
        .hasValueSatisfying(value -> assertThat(value).containsExactly(0xff, 0x00, 0xc2, 0x80));
  }

  @Test
  void whatIsSetIsWhatOtherProgramsRead() throws IOException {
    Path file = file("f");
    Posix.setXattr(file, "user.binary", new byte[] {0, (byte) 0x80, '\n'});
    Posix.setXattr(file, "user.empty", new byte[0]);

    assertThat(ExternalTool.run(directory, "getfattr", "-d", "-e", "hex", "f"))
        .contains("user.binary=0x00800a\n", "user.empty");
  }

  @Test
  void longListsAndValuesAreWhole() throws IOException {
    Path file = file("f");
    byte[] value = new byte[2000];
    Arrays.fill(value, (byte) 0xee);
    Posix.setXattr(file, "user.long", value);
    for (int i = 0; i < 40; i++) {
      Posix.setXattr(file, "user.attribute-" + i, new byte[] {1});
    }

    assertThat(Posix.listXattrs(file)).hasSize(41);
    assertThat(Posix.getXattr(file, "user.long"))
        .hasValueSatisfying(read -> assertThat(read).isEqualTo(value));
  }

  @Test
  void aFileWithoutAttributesHasNone() throws IOException {
    Path file = file("f");

    assertThat(Posix.listXattrs(file)).isEmpty();
    assertThat(Posix.getXattr(file, "user.none")).isEmpty();
    assertThat(Posix.listXattrs(Path.of("/proc/self/status"))).isEmpty();
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path file = file("f");
    Posix.setXattr(file, "user.a", new byte[] {1});
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("f"));
    Posix.setXattr(link, "trusted.of-the-link", new byte[] {2});
    Posix.setModificationTime(link, -5);

    assertThat(Posix.listXattrs(link)).containsExactly("trusted.of-the-link");
    assertThat(Posix.listXattrs(file)).containsExactly("user.a");
    assertThat(ExternalTool.run(directory, "stat", "-c", "%Y", "link").trim()).isEqualTo("-5");
    assertThat(Files.getLastModifiedTime(file).toMillis()).isPositive();
  }

  @Test
  void failureNamesCallPathAndError() {
    Path missing = directory.resolve("missing");

    assertThatThrownBy(() -> Posix.setXattr(missing, "user.a", new byte[0]))
        .isInstanceOfSatisfying(
            PosixException.class,
            e -> {
              assertThat(e.call()).isEqualTo("lsetxattr");
              assertThat(e.path()).isEqualTo(missing.toString());
              assertThat(e.errno()).isEqualTo("ENOENT");
              assertThat(e).hasMessageContaining("No such file or directory");
            });
    assertThatThrownBy(() -> Posix.listXattrs(missing)).isInstanceOf(PosixException.class);
    assertThatThrownBy(() -> Posix.getXattr(missing, "user.a")).isInstanceOf(PosixException.class);
  }

  @Test
  void nodesAreWhatWasAskedFor() throws IOException {
    Posix.mknod(directory.resolve("c"), Posix.NodeType.CHARACTER_DEVICE, 0600, 4095, 1048575);
    Posix.mknod(directory.resolve("b"), Posix.NodeType.BLOCK_DEVICE, 0640, 8, 0x12345);
    Posix.mknod(directory.resolve("p"), Posix.NodeType.FIFO, 0600, 0, 0);
    Posix.setModificationTime(directory.resolve("p"), 1234567890);

    assertThat(ExternalTool.shell(directory, "stat -c '%A %t,%T' c b p"))
        .isEqualTo("crw------- fff,fffff\nbrw-r----- 8,12345\nprw------- 0,0\n");
    assertThat(ExternalTool.run(directory, "stat", "-c", "%Y", "p")).isEqualTo("1234567890\n");
  }

  @Test
  void linkTextIsVerbatim() throws IOException {
    Posix.symlink("../a//b/ü/", directory.resolve("link"));

    assertThat(ExternalTool.run(directory, "readlink", "link")).isEqualTo("../a//b/ü/\n");
    assertThat("../a//b/ü/".getBytes(StandardCharsets.UTF_8))
        .isEqualTo(
            Files.readSymbolicLink(directory.resolve("link"))
                .toString()
                .getBytes(StandardCharsets.UTF_8));
  }
}
