package io.jrootfs.builder.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {
  @TempDir Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    ExternalTool.requireRoot();
  }

  private Path write(Rootfs rootfs) throws IOException {
    Path tar = directory.resolve("rootfs.tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      new TarWriter(SampleTrees.MTIME).write(rootfs, out);
    }
    return tar;
  }

  private static byte[] bytes(Rootfs rootfs, long sourceDate) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TarWriter(sourceDate).write(rootfs, out);
    return out.toByteArray();
  }

  @Test
  void gnuTarBsdtarAndDirectoryWriterMakeTheSameTree() throws IOException {
    Rootfs rootfs = SampleTrees.everyKind();
    String tar = write(rootfs).toString();
    Path gnu = Files.createDirectory(directory.resolve("gnu"));
    Path bsd = Files.createDirectory(directory.resolve("bsd"));
    Path ours = directory.resolve("ours");

    ExternalTool.run(gnu, "tar", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpf", tar);
    ExternalTool.run(bsd, "bsdtar", "--xattrs", "--numeric-owner", "-xpf", tar);
    // bsdtar leaves the time of the directory it extracts to.
    ExternalTool.run(bsd, "touch", "-d", "@" + SampleTrees.MTIME, ".");
    assertThat(DirectoryWriter.write(rootfs, ours, DirectoryWriter.Options.exact())).isEmpty();

    List<String> expected = ExternalTool.treeListing(ours);
    assertThat(ExternalTool.treeListing(gnu)).isEqualTo(expected);
    assertThat(ExternalTool.treeListing(bsd)).isEqualTo(expected);
  }

  @Test
  void whatGnuTarExtractsIsWhatTheRootfsSays() throws IOException {
    String tar = write(SampleTrees.everyKind()).toString();
    Path out = Files.createDirectory(directory.resolve("out"));
    ExternalTool.run(out, "tar", "--xattrs", "--xattrs-include=*", "-xpf", tar);

    assertThat(ExternalTool.run(out, "getcap", "bin/ping")).isEqualTo("bin/ping cap_setuid=ep\n");
    assertThat(ExternalTool.run(out, "getfattr", "-e", "hex", "-n", "user.a", "srv/second"))
        .contains("user.a=0x00ff0a3d");
    assertThat(
            ExternalTool.shell(
                out,
                "stat -c '%a %u:%g %Y %h %F %n' bin/su tmp srv srv/second srv/unwritable dev/null"
                    + " dev/initctl; readlink dangling"))
        .isEqualTo(
            """
            4755 0:0 1000000000 1 regular file bin/su
            1777 0:0 1000000000 2 directory tmp
            2775 3000000:3000001 1000000000 2 directory srv
            644 0:0 1000000000 2 regular file srv/second
            400 0:0 -1 1 regular empty file srv/unwritable
            666 0:0 1000000000 1 character special file dev/null
            600 0:0 1000000000 1 fifo dev/initctl
            ../no//where/
            """);
  }

  @Test
  void entriesAreSortedRelativeAndWithoutOwnerNames() throws IOException {
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                SampleTrees.directory("/", SampleTrees.mode(0755)),
                SampleTrees.directory("/usr", SampleTrees.mode(0755)),
                SampleTrees.file("/usr/a", SampleTrees.mode(0644), "1"),
                SampleTrees.file("/usr-b", SampleTrees.mode(0644), "2"),
                SampleTrees.symlink("/z", "usr/a")));

    assertThat(ExternalTool.run(directory, "tar", "-tvf", write(rootfs).toString()))
        .isEqualTo(
            """
            drwxr-xr-x 0/0               0 2001-09-09 01:46 ./
            drwxr-xr-x 0/0               0 2001-09-09 01:46 usr/
            -rw-r--r-- 0/0               1 2001-09-09 01:46 usr-b
            -rw-r--r-- 0/0               1 2001-09-09 01:46 usr/a
            lrwxrwxrwx 0/0               0 2001-09-09 01:46 z -> usr/a
            """);
  }

  @Test
  void noEntryIsDatedAfterTheSourceDate() throws IOException {
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                SampleTrees.directory("/", SampleTrees.mode(0755).withMtime(7)),
                SampleTrees.file("/new", SampleTrees.mode(0644).withMtime(900), "")));
    Path tar = directory.resolve("t.tar");
    Files.write(tar, bytes(rootfs, 100));

    assertThat(ExternalTool.run(directory, "tar", "--full-time", "-tvf", tar.toString()))
        .contains("1970-01-01 00:00:07 ./")
        .contains("1970-01-01 00:01:40 new");
  }

  @Test
  void archiveIsNotPaddedBeyondTwoZeroBlocks() throws IOException {
    Rootfs rootfs = Rootfs.of(List.of(SampleTrees.directory("/", SampleTrees.mode(0755))));

    assertThat(bytes(rootfs, 0)).hasSize(3 * 512);
  }

  /** A golden sum: if it changes, every image built so far gets another diff ID. */
  @Test
  void bytesAreFrozen() throws IOException {
    Path tar = write(SampleTrees.everyKind());

    assertThat(ExternalTool.run(directory, "sha256sum", tar.toString()))
        .startsWith("d173234ff2e967385bdbd03674a3c0b7c4f02eb3828cc62a255c56132edc2ea9");
  }

  @Test
  void fileThatShrankFailsTheWrite() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "short");
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                SampleTrees.directory("/", SampleTrees.mode(0755)),
                new RootfsEntry.RegularFile(
                    RootfsPath.of("/f"),
                    SampleTrees.mode(0644),
                    new FileContent.Slice(file, 0, 100))));

    assertThatThrownBy(() -> bytes(rootfs, 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }
}
