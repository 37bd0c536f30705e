package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.DirectoryWriter.Forbidden;
import io.jrootfs.builder.rootfs.DirectoryWriter.Omission;
import io.jrootfs.builder.rootfs.DirectoryWriter.Options;
import io.jrootfs.builder.rootfs.DirectoryWriter.Owners;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryWriterTest {
  private static final DirectoryWriter.OwnerMap UP_TO_65535 =
      new DirectoryWriter.OwnerMap(DirectoryWriterTest::upTo65535, DirectoryWriterTest::upTo65535);

  @TempDir Path directory;

  private static OptionalLong upTo65535(long id) {
    return id <= 65_535 ? OptionalLong.of(id) : OptionalLong.empty();
  }

  @BeforeAll
  static void needsRoot() throws IOException {
    ExternalTool.requireRoot();
  }

  private static Rootfs rootfs(RootfsEntry... entries) {
    List<RootfsEntry> all = new ArrayList<>(List.of(entries));
    all.add(new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755)));
    return Rootfs.of(all);
  }

  private static RootfsEntry file(String path, Metadata metadata) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), metadata, new FileContent.Literal(Bytes.ofUtf8("text")));
  }

  @Test
  void existingDirectoryIsNotTouched() throws Exception {
    Path existing = Files.createDirectory(directory.resolve("d"));

    assertThatThrownBy(() -> DirectoryWriter.write(rootfs(), existing, Options.exact()))
        .isInstanceOf(FileAlreadyExistsException.class);
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
    assertThatThrownBy(() -> DirectoryWriter.write(rootfs(), link, Options.exact()))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(directory.resolve("nowhere")).doesNotExist();
  }

  @Test
  void linksThatLeadOutAreMadeAndNotFollowed() throws Exception {
    Path marker = Files.writeString(directory.resolve("marker"), "untouched");
    RootfsEntry link =
        new RootfsEntry.Symlink(
            RootfsPath.of("/a"),
            Metadata.ofMode(0777).withOwner(7, 7).withMtime(7),
            marker.toString());
    RootfsEntry second =
        new RootfsEntry.HardLink(RootfsPath.of("/b"), link.metadata(), link.path());

    DirectoryWriter.write(rootfs(link, second), directory.resolve("out"), Options.exact());

    assertThat(marker).hasContent("untouched");
    assertThat(ExternalTool.run(directory, "stat", "-c", "%u %a", "marker")).isEqualTo("0 644\n");
    assertThat(ExternalTool.shell(directory.resolve("out"), "stat -c '%F %u %Y %h %N' b"))
        .isEqualTo("symbolic link 7 7 2 'b' -> '" + marker + "'\n");
  }

  @Test
  void umaskAndSetgidParentDoNotShow() throws Exception {
    ExternalTool.shell(directory, "mkdir parent; chown 0:7 parent; chmod 2777 parent");
    Path out = directory.resolve("parent/out");

    DirectoryWriter.write(
        rootfs(
            new RootfsEntry.Directory(RootfsPath.of("/d"), Metadata.ofMode(0777)),
            file("/d/f", Metadata.ofMode(0666))),
        out,
        Options.exact());

    assertThat(ExternalTool.shell(out, "stat -c '%a %u:%g' . d d/f"))
        .isEqualTo("755 0:0\n777 0:0\n666 0:0\n");
  }

  @Test
  void idsBeyondTheMapAreOmittedOrFail() throws Exception {
    Rootfs rootfs =
        rootfs(
            file("/a", Metadata.ofMode(04755).withOwner(70_000, 0)),
            file("/b", Metadata.ofMode(0644).withOwner(70_000, 0)),
            file("/c", Metadata.ofMode(0644).withOwner(0, 65_535)));

    assertThat(
            DirectoryWriter.write(
                rootfs,
                directory.resolve("omit"),
                new Options(Owners.KEEP, UP_TO_65535, Forbidden.OMIT)))
        .containsExactly(new Omission("owner 70000:0: not mapped here", RootfsPath.of("/a"), 2));
    assertThat(ExternalTool.shell(directory.resolve("omit"), "stat -c '%a %u:%g' a c"))
        .isEqualTo("755 0:0\n644 0:65535\n");
    assertThatThrownBy(
            () ->
                DirectoryWriter.write(
                    rootfs,
                    directory.resolve("fail"),
                    new Options(Owners.KEEP, UP_TO_65535, Forbidden.FAIL)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/fail/a: owner 70000:0: not mapped here");
  }

  @Test
  void ownersAreMovedAsTheMapSays() throws Exception {
    DirectoryWriter.OwnerMap moved =
        new DirectoryWriter.OwnerMap(
            uid -> uid < 10 ? OptionalLong.of(100_000 + uid) : OptionalLong.empty(),
            gid -> OptionalLong.of(200_000 + gid));
    Rootfs rootfs =
        rootfs(
            file("/a", Metadata.ofMode(04755).withOwner(7, 8)),
            file("/b", Metadata.ofMode(04755).withOwner(10, 8)));

    assertThat(
            DirectoryWriter.write(
                rootfs,
                directory.resolve("moved"),
                new Options(Owners.KEEP, moved, Forbidden.OMIT)))
        .containsExactly(new Omission("owner 10:8: not mapped here", RootfsPath.of("/b"), 1));
    assertThat(ExternalTool.shell(directory.resolve("moved"), "stat -c '%a %u:%g' . a b"))
        .isEqualTo("755 100000:200000\n4755 100007:200008\n755 100000:200000\n");
  }

  @Test
  void dateTheFileSystemCannotHoldIsNoFailure() throws Exception {
    Rootfs rootfs =
        rootfs(
            file("/f", Metadata.ofMode(0644).withMtime(Long.MAX_VALUE)),
            new RootfsEntry.Fifo(RootfsPath.of("/p"), Metadata.ofMode(0644).withMtime(1L << 60)));

    assertThat(DirectoryWriter.write(rootfs, directory.resolve("out"), Options.exact())).isEmpty();
  }

  @Test
  void attributeTheKernelRefusesIsOmittedOrFails() throws Exception {
    Rootfs rootfs =
        rootfs(
            file(
                "/f",
                Metadata.ofMode(0644)
                    .withXattrs(ImmutableSortedMap.of("nonsense.a", Bytes.ofUtf8("b")))));

    assertThat(
            DirectoryWriter.write(
                rootfs,
                directory.resolve("omit"),
                new Options(Owners.KEEP, DirectoryWriter.OwnerMap.IDENTITY, Forbidden.OMIT)))
        .extracting(Omission::first)
        .containsExactly(RootfsPath.of("/f"));
    assertThatThrownBy(
            () -> DirectoryWriter.write(rootfs, directory.resolve("fail"), Options.exact()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lsetxattr");
  }

  @Test
  void archiveThatShrankIsAnErrorNamingIt() throws Exception {
    Path archive = Files.writeString(directory.resolve("archive"), "short");
    RootfsEntry file =
        new RootfsEntry.RegularFile(
            RootfsPath.of("/f"), Metadata.ofMode(0644), new FileContent.Slice(archive, 2, 9));

    assertThatThrownBy(
            () -> DirectoryWriter.write(rootfs(file), directory.resolve("out"), Options.exact()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(archive.toString());
  }
}
