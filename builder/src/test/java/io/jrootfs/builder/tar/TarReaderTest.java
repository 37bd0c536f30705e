package io.jrootfs.builder.tar;

import static io.jrootfs.builder.tar.RawTar.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  @TempDir Path directory;

  @BeforeAll
  static void needsRoot() throws IOException {
    ExternalTool.requireRoot();
  }

  private List<TarMember> read(byte[] archive) throws IOException, TarFormatException {
    return TarReader.read(Files.write(directory.resolve("t.tar"), archive));
  }

  private TarMember onlyMember(byte[] archive) throws IOException, TarFormatException {
    List<TarMember> members = read(archive);
    assertThat(members).hasSize(1);
    return members.get(0);
  }

  /** As if unpacked in archive order, with links to the first name in path order. */
  static Rootfs rootfs(List<TarMember> members) {
    Map<RootfsPath, RootfsEntry> files = new HashMap<>();
    Map<RootfsEntry, TreeSet<RootfsPath>> names = new LinkedHashMap<>();
    for (TarMember member : members) {
      RootfsEntry entry = member.entry();
      RootfsEntry file =
          entry instanceof RootfsEntry.HardLink link
              ? Objects.requireNonNull(files.get(link.target()))
              : entry;
      files.put(entry.path(), file);
      names.computeIfAbsent(file, f -> new TreeSet<>()).add(entry.path());
    }
    List<RootfsEntry> entries = new ArrayList<>();
    names.forEach(
        (file, paths) -> {
          for (RootfsPath path : paths) {
            boolean isFirst = path.equals(paths.first());
            if (isFirst && file instanceof RootfsEntry.RegularFile regular) {
              entries.add(new RootfsEntry.RegularFile(path, file.metadata(), regular.content()));
            } else if (isFirst) {
              entries.add(file);
            } else {
              entries.add(new RootfsEntry.HardLink(path, file.metadata(), paths.first()));
            }
          }
        });
    return Rootfs.of(entries);
  }

  /** A tree on disk that each tar program gets to archive; what our writer does is the model. */
  private Path treeOnDisk() throws IOException {
    Path tree = directory.resolve("tree");
    DirectoryWriter.write(SampleTrees.everyKind(), tree, DirectoryWriter.Options.exact());
    return tree;
  }

  private List<String> unpackedByUs(Path tar) throws IOException, TarFormatException {
    Path out = directory.resolve("out");
    DirectoryWriter.write(rootfs(TarReader.read(tar)), out, DirectoryWriter.Options.exact());
    return ExternalTool.treeListing(out);
  }

  @Test
  void paxOfGnuTarWithAttributesUnpacksToTheSameTree() throws Exception {
    Path tree = treeOnDisk();
    ExternalTool.run(
        tree, "tar", "--format=pax", "--xattrs", "--xattrs-include=*", "-cf", "../t.tar", ".");

    assertThat(unpackedByUs(directory.resolve("t.tar"))).isEqualTo(ExternalTool.treeListing(tree));
  }

  @Test
  void paxOfBsdtarWithAttributesUnpacksToTheSameTree() throws Exception {
    Path tree = treeOnDisk();
    ExternalTool.run(tree, "bsdtar", "--format=pax", "--xattrs", "-cf", "../t.tar", ".");

    assertThat(unpackedByUs(directory.resolve("t.tar"))).isEqualTo(ExternalTool.treeListing(tree));
  }

  @Test
  void gnuFormatUnpacksToTheSameTreeWithoutAttributes() throws Exception {
    Path tree = treeOnDisk();
    ExternalTool.run(tree, "tar", "--format=gnu", "-cf", "../t.tar", ".");

    assertThat(unpackedByUs(directory.resolve("t.tar"))).isEqualTo(withoutAttributes(tree));
  }

  private static List<String> withoutAttributes(Path tree) throws IOException {
    ExternalTool.shell(
        tree, "setcap -r bin/ping; setfattr -x user.a srv/first; setfattr -x user.ü srv/first");
    return ExternalTool.treeListing(tree);
  }

  /** The old formats cannot hold large ids, early dates and very long names. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tar --format=ustar",
        "tar --format=v7",
        "tar --format=oldgnu",
        "bsdtar --format=ustar"
      })
  void olderFormatsUnpackToTheSameTree(String program) throws Exception {
    Path tree = directory.resolve("tree");
    ExternalTool.shell(
        directory,
        "mkdir -p tree/usr/bin tree/tmp; cd tree; chmod 1777 tmp; echo x >usr/bin/su;"
            + "chmod 4711 usr/bin/su; ln usr/bin/su usr/bin/sudo; ln -s usr/bin bin;"
            + "touch -h -d @1000000000 bin usr/bin/su; chown 7:8 tmp");
    ExternalTool.shell(tree, "touch -d @1000000000 usr/bin usr tmp .");
    ExternalTool.shell(tree, program + " -cf ../t.tar .");

    assertThat(unpackedByUs(directory.resolve("t.tar"))).isEqualTo(ExternalTool.treeListing(tree));
  }

  private static TarMember member(long offset, String name, RootfsEntry entry) {
    return new TarMember(offset, name, entry, ImmutableSortedMap.of(), ImmutableSet.of());
  }

  @Test
  void membersKeepArchiveOrderNameOffsetAndWhereTheirContentIs() throws Exception {
    byte[] archive =
        new RawTar()
            .add(header("./usr//bin/").type('5'))
            .add(header("/usr/bin/x").size(3))
            .content("abc")
            .pax("path", "y")
            .add(header("ignored"))
            .ended();
    Path file = Files.write(directory.resolve("t.tar"), archive);

    assertThat(TarReader.read(file))
        .containsExactly(
            member(
                0,
                "./usr//bin/",
                new RootfsEntry.Directory(RootfsPath.of("/usr/bin"), Metadata.ofMode(0644))),
            member(
                512,
                "/usr/bin/x",
                new RootfsEntry.RegularFile(
                    RootfsPath.of("/usr/bin/x"),
                    Metadata.ofMode(0644),
                    new FileContent.Slice(file, 1024, 3))),
            member(
                2560,
                "y",
                new RootfsEntry.RegularFile(
                    RootfsPath.of("/y"),
                    Metadata.ofMode(0644),
                    new FileContent.Slice(file, 3072, 0))));
  }

  @Test
  void archiveInsideAnotherFileHasOffsetsOfThatFile() throws Exception {
    byte[] inner = RawTar.of(header("x").size(3)).content("abc").ended();
    byte[] outer = Arrays.copyOf(new byte[0], 100 + inner.length + 700);
    System.arraycopy(inner, 0, outer, 100, inner.length);
    Arrays.fill(outer, 100 + inner.length, outer.length, (byte) 'z');
    Path file = Files.write(directory.resolve("outer"), outer);

    List<TarMember> members = TarReader.read(new FileContent.Slice(file, 100, inner.length));

    assertThat(members).extracting(TarMember::offset).containsExactly(100L);
    RootfsEntry.RegularFile entry = (RootfsEntry.RegularFile) members.get(0).entry();
    try (InputStream in = entry.content().open()) {
      assertThat(in.readAllBytes()).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void whiteoutsPassThroughAndDuplicatesStay() throws Exception {
    assertThat(
            read(
                RawTar.of(header("a/.wh.b"))
                    .add(header("a/.wh..wh..opq"))
                    .add(header("c"))
                    .add(header("c"))
                    .ended()))
        .extracting(member -> member.entry().path().value())
        .containsExactly("/a/.wh.b", "/a/.wh..wh..opq", "/c", "/c");
  }

  @Test
  void numbersMayBeBase256OrPaddedWithSpaces() throws Exception {
    byte[] uid = {(byte) 0x80, 0, 0, 0, 0, 0x2d, (byte) 0xc6, (byte) 0xc0};
    byte[] mtime = new byte[12];
    Arrays.fill(mtime, (byte) 0xff);
    Metadata metadata =
        onlyMember(
                RawTar.of(
                        header("x")
                            .put(HeaderField.MODE, "   755 \0")
                            .put(HeaderField.UID, uid)
                            .put(HeaderField.GID, "")
                            .put(HeaderField.MTIME, mtime))
                    .ended())
            .entry()
            .metadata();

    assertThat(metadata).isEqualTo(new Metadata(0755, 3_000_000, 0, -1, ImmutableSortedMap.of()));
  }

  @Test
  void fractionsOfSecondsAreCutDownwards() throws Exception {
    List<TarMember> members =
        read(
            new RawTar()
                .pax("mtime", "12.999")
                .add(header("a"))
                .pax("mtime", "-12.001")
                .add(header("b"))
                .ended());

    assertThat(members).extracting(m -> m.entry().metadata().mtime()).containsExactly(12L, -13L);
  }

  @Test
  void globalRecordsApplyUntilAnEntrysOwn() throws Exception {
    List<TarMember> members =
        read(
            new RawTar()
                .globalPax("uid", "7", "comment", "by git")
                .add(header("a"))
                .pax("uid", "8")
                .add(header("b"))
                .pax("uid", "")
                .add(header("c"))
                .ended());

    assertThat(members).extracting(m -> m.entry().metadata().uid()).containsExactly(7L, 8L, 0L);
  }

  @Test
  void typeBitsInTheModeAreDropped() throws Exception {
    byte[] archive = RawTar.of(header("x").put(HeaderField.MODE, "0100755\0")).ended();

    assertThat(onlyMember(archive).entry().metadata().mode()).isEqualTo(0755);
  }

  @Test
  void attributesInLibarchivesOwnFormAreRead() throws Exception {
    byte[] archive =
        new RawTar().pax("LIBARCHIVE.xattr.user.a%3Db", "gP8K").add(header("x")).ended();

    assertThat(onlyMember(archive).entry().metadata().xattrs())
        .containsExactly(
            Map.entry("user.a=b", Bytes.copyOf(new byte[] {(byte) 0x80, (byte) 0xff, '\n'})));
  }

  /** Linux has none of those, and no other record of the entry is lost by them. */
  @Test
  void accessControlListsOfNfs4AreLeftOutAndNamed() throws Exception {
    byte[] archive =
        new RawTar()
            .pax("SCHILY.acl.ace", "owner@:rwx:-------:allow", "SCHILY.xattr.user.kept", "1")
            .add(header("x"))
            .ended();

    TarMember member = onlyMember(archive);
    assertThat(member.entry().metadata().xattrs()).containsOnlyKeys("user.kept");
    assertThat(member.unkept()).containsExactly("SCHILY.acl.ace");
  }

  @Test
  void attributeNamesWithEqualsSignSurviveGnuTar() throws Exception {
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                SampleTrees.directory("/", SampleTrees.mode(0755)),
                SampleTrees.file(
                    "/f",
                    SampleTrees.mode(0644).withXattrs(Map.of("user.a=b%3D", Bytes.ofUtf8("c=d"))),
                    "")));
    Path tar = directory.resolve("t.tar");
    try (java.io.OutputStream out = Files.newOutputStream(tar)) {
      new TarWriter(SampleTrees.MTIME).write(rootfs, out);
    }
    ExternalTool.run(directory, "tar", "--xattrs", "--xattrs-include=*", "-xf", "t.tar", "f");

    assertThat(ExternalTool.run(directory, "getfattr", "-d", "f"))
        .contains("user.a\\075b%3D=\"c=d\"");
    assertThat(TarReader.read(tar).get(1).entry().metadata().xattrs())
        .containsExactly(Map.entry("user.a=b%3D", Bytes.ofUtf8("c=d")));
  }
}
