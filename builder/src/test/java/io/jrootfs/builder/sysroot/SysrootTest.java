package io.jrootfs.builder.sysroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysrootTest {
  @TempDir Path directory;
  private Path root;
  private Sysroot sysroot;

  @BeforeEach
  void tree() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    Files.createDirectories(root.resolve("usr/bin"));
    Files.writeString(root.resolve("usr/bin/tool"), "text");
    Files.writeString(directory.resolve("outside"), "secret");
    link("bin", "usr/bin");
    sysroot = Sysroot.of(root);
  }

  private void link(String path, String target) throws IOException {
    Files.createSymbolicLink(root.resolve(path), Path.of(target));
  }

  private Resolution found(String path) throws IOException {
    return sysroot.find(SysrootPath.of(path)).orElseThrow();
  }

  @Test
  void everyLinkOnTheWayIsReportedInOrder() throws IOException {
    link("usr/bin/alias", "/bin/tool");
    Resolution alias = found("/bin/alias");
    assertThat(alias.requested()).isEqualTo(SysrootPath.of("/bin/alias"));
    assertThat(alias.path()).isEqualTo(SysrootPath.of("/usr/bin/tool"));
    assertThat(alias.hops())
        .containsExactly(
            new LinkHop(SysrootPath.of("/bin"), "usr/bin"),
            new LinkHop(SysrootPath.of("/usr/bin/alias"), "/bin/tool"),
            new LinkHop(SysrootPath.of("/bin"), "usr/bin"));
    assertThat(alias.identity()).isEqualTo(found("/usr/bin/tool").identity());
    assertThat(alias.size()).isEqualTo(4);
    assertThat(alias.isRegularFile()).isTrue();
  }

  @Test
  void noPathAndNoLinkLeavesTheRoot() throws IOException {
    link("up", "../../../../../outside");
    link("absolute", directory.resolve("outside").toString());
    link("usr/climb", "../../../usr");
    for (String path : new String[] {"/up", "/absolute", "/../outside", "/usr/../../outside"}) {
      assertThat(sysroot.find(SysrootPath.of(path))).as(path).isEmpty();
    }
    assertThat(found("/../../usr/climb/bin/tool").path().value()).isEqualTo("/usr/bin/tool");
  }

  @Test
  void dotsAfterALinkCountFromWhereItLeads() throws IOException {
    Files.writeString(root.resolve("usr/file"), "");
    assertThat(found("/bin/../file").path().value()).isEqualTo("/usr/file");
  }

  @Test
  void whatIsAbsentIsEmpty() throws IOException {
    link("dangling", "nowhere");
    for (String path :
        new String[] {
          "/nowhere",
          "/nowhere/x",
          "/dangling",
          "/usr/bin/tool/x",
          "/" + "n".repeat(256),
          "/" + "\u00fc".repeat(128),
          "/usr/" + "d/".repeat(3000)
        }) {
      assertThat(sysroot.find(SysrootPath.of(path))).as(path).isEmpty();
    }
  }

  @Test
  void fortyLinksAreFollowedAndNoMore() throws IOException {
    link("l1", "usr/bin/tool");
    for (int i = 2; i <= 41; i++) {
      link("l" + i, "l" + (i - 1));
    }
    assertThat(found("/l40").hops()).hasSize(40);
    assertThatExceptionOfType(FileSystemLoopException.class).isThrownBy(() -> found("/l41"));
  }

  @Test
  void aFileIsNoSysroot() {
    assertThatExceptionOfType(FileSystemException.class)
        .isThrownBy(() -> Sysroot.of(directory.resolve("outside")))
        .withMessageContaining("sysroot is not a directory");
  }
}
