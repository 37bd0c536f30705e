package io.jrootfs.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountFilesTest {
  private static final Metadata FILE = Metadata.ofMode(0644);
  private static final Metadata DIRECTORY = Metadata.ofMode(0755);

  @TempDir Path work;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectories(work.resolve("root"));
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(work.resolve("outside"), "outside:x:0:0::/:\n");
  }

  private AccountFiles read() throws IOException, BundleException {
    return AccountFiles.read(ImageTree.of(root));
  }

  @Test
  void bothFilesAreReadAndAbsenceIsEmpty() throws Exception {
    assertThat(read()).isEqualTo(new AccountFiles("", ""));
    Files.writeString(root.resolve("etc/passwd"), "a");
    Files.writeString(root.resolve("etc/group"), "ä");
    assertThat(read()).isEqualTo(new AccountFiles("a", "ä"));
  }

  /** The file is at {@code /usr/share/accounts} inside; outside of the root there is another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/usr/share/accounts",
        "../usr/share/accounts",
        "../../../../usr/share/accounts",
        "/../../usr/./share/accounts",
        "//usr//share/accounts"
      })
  void linksAreFollowedInsideTheRootOnly(String target) throws Exception {
    Files.createDirectories(root.resolve("usr/share"));
    Files.writeString(root.resolve("usr/share/accounts"), "inside");
    Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of(target));
    assertThat(read().passwd()).isEqualTo("inside");
  }

  @Test
  void linkToTheHostsFileFindsNothing() throws Exception {
    Files.createSymbolicLink(root.resolve("etc/passwd"), work.resolve("outside"));
    Files.createSymbolicLink(root.resolve("etc/group"), Path.of("../../outside"));
    assertThat(read()).isEqualTo(new AccountFiles("", ""));
  }

  @Test
  void linkedDirectoryOutsideTheRootFindsNothing() throws Exception {
    Files.delete(root.resolve("etc"));
    Files.createDirectories(work.resolve("etc2"));
    Files.writeString(work.resolve("etc2/passwd"), "outside");
    Files.createSymbolicLink(root.resolve("etc"), work.resolve("etc2"));
    assertThat(read().passwd()).isEmpty();
    Files.delete(root.resolve("etc"));
    Files.createSymbolicLink(root.resolve("etc"), Path.of("../etc2"));
    assertThat(read().passwd()).isEmpty();
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void fifoIsRefusedAndNotWaitedFor() throws Exception {
    Path fifo = root.resolve("etc/passwd");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    assertThatThrownBy(this::read)
        .isInstanceOf(BundleException.class)
        .hasMessage("the image's /etc/passwd: is not a regular file");
  }

  @Test
  void directoryIsRefused() throws Exception {
    Files.createDirectories(root.resolve("etc/passwd"));
    assertThatThrownBy(this::read).isInstanceOf(BundleException.class);
  }

  @Test
  void hugeFileIsRefusedAndNotRead() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("etc/passwd").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("1099511627776 bytes");
  }

  @Test
  void largestAllowedFileIsRead() throws Exception {
    Files.writeString(root.resolve("etc/passwd"), "a".repeat(1 << 20));
    assertThat(read().passwd()).hasSize(1 << 20);
  }

  @Test
  void linkLoopIsRefused() throws Exception {
    Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("passwd"));
    assertThatThrownBy(this::read)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("too many symbolic links");
  }

  @Test
  void fileUsedAsADirectoryIsAbsence() throws Exception {
    Files.delete(root.resolve("etc"));
    Files.writeString(root.resolve("etc"), "");
    assertThat(read()).isEqualTo(new AccountFiles("", ""));
  }

  @Test
  void treeNotYetUnpackedIsReadTheSameWay() throws Exception {
    Rootfs rootfs =
        Rootfs.of(
            ImmutableList.of(
                new RootfsEntry.Directory(RootfsPath.ROOT, DIRECTORY),
                new RootfsEntry.Directory(RootfsPath.of("/etc"), DIRECTORY),
                new RootfsEntry.RegularFile(
                    RootfsPath.of("/a"), FILE, new FileContent.Literal(Bytes.ofUtf8("inside"))),
                new RootfsEntry.HardLink(RootfsPath.of("/etc/passwd"), FILE, RootfsPath.of("/a")),
                new RootfsEntry.Symlink(RootfsPath.of("/etc/group"), FILE, "/etc/../a")));
    assertThat(AccountFiles.read(ImageTree.of(rootfs)))
        .isEqualTo(new AccountFiles("inside", "inside"));
  }

  @Test
  void deviceInATreeNotYetUnpackedIsRefused() {
    Rootfs rootfs =
        Rootfs.of(
            ImmutableList.of(
                new RootfsEntry.Directory(RootfsPath.ROOT, DIRECTORY),
                new RootfsEntry.Directory(RootfsPath.of("/etc"), DIRECTORY),
                new RootfsEntry.Device(
                    RootfsPath.of("/etc/passwd"), FILE, RootfsEntry.Device.Type.CHARACTER, 1, 5)));
    assertThatThrownBy(() -> AccountFiles.read(ImageTree.of(rootfs)))
        .isInstanceOf(BundleException.class);
  }
}
