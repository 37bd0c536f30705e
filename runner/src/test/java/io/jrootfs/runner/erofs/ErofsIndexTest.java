package io.jrootfs.runner.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.TarWriter;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel and erofs-utils find in an index what is in the unpacked tree. */
class ErofsIndexTest {
  private static final String USER_ACL =
      "0200000001000600ffffffff02000400e803000004000500ffffffff10000700ffffffff20000400ffffffff";
  private static final String NET_RAW = "0100000200200000000000000000000000000000";

  @TempDir static Path shared;
  private static ErofsUtils utils;

  @TempDir Path work;
  private Path program;
  private final List<RootfsEntry> entries = new ArrayList<>();

  @BeforeAll
  static void unpackUtils() throws Exception {
    utils = ErofsUtils.unpack(shared.resolve("utils"));
  }

  @BeforeEach
  void compile() throws Exception {
    program = MountedIndex.compile(work);
    directory("/");
  }

  private static RootfsPath path(String text) {
    return RootfsPath.of(text);
  }

  private void directory(String path) {
    entries.add(new RootfsEntry.Directory(path(path), Metadata.ofMode(0755)));
  }

  private void file(String path, int size) {
    file(path, size, Metadata.ofMode(0644));
  }

  private void file(String path, int size, Metadata metadata) {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = (byte) (i * 31 + (i >> 8) + path.length());
    }
    FileContent bytes = new FileContent.Literal(Bytes.copyOf(content));
    entries.add(new RootfsEntry.RegularFile(path(path), metadata, bytes));
  }

  private static Metadata with(int mode, String... xattrs) {
    ImmutableSortedMap.Builder<String, Bytes> all = ImmutableSortedMap.naturalOrder();
    for (int i = 0; i < xattrs.length; i += 2) {
      byte[] value = BaseEncoding.base16().lowerCase().decode(xattrs[i + 1]);
      all.put(xattrs[i], Bytes.copyOf(value));
    }
    return Metadata.ofMode(mode).withXattrs(all.buildOrThrow());
  }

  private Path tar(Iterable<RootfsEntry> tree) throws Exception {
    Path tar = Files.createTempFile(work, "layer", ".tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      new TarWriter(Long.MAX_VALUE).write(Rootfs.of(tree), out);
    }
    return tar;
  }

  private Path index(Rootfs rootfs, Path... devices) throws Exception {
    Path index = Files.createTempFile(work, "index", "");
    ErofsIndex.write(rootfs, ImmutableList.copyOf(devices), index);
    return index;
  }

  /** The tar's tree, mounted by the kernel and unpacked by us, are one. */
  private void compare(Path tar) throws Exception {
    compare(LayerFlattener.tree(tar), tar);
  }

  private void compare(Rootfs rootfs, Path... devices) throws Exception {
    compare(rootfs, ImmutableList.copyOf(devices), this::compareExtracted);
  }

  private void compareWithHoles(Rootfs rootfs, Path device) throws Exception {
    compare(rootfs, ImmutableList.of(device), this::compareContents);
  }

  /** What another reader finds in an index, against the tree unpacked by us. */
  private interface OtherReader {
    void compare(Path index, ImmutableList<Path> devices, Path unpacked) throws Exception;
  }

  private void compare(Rootfs rootfs, ImmutableList<Path> devices, OtherReader other)
      throws Exception {
    Path index = work.resolve("index");
    Files.deleteIfExists(index);
    Path unpacked = work.resolve("unpacked");
    DirectoryWriter.Options options =
        new DirectoryWriter.Options(
            DirectoryWriter.Owners.KEEP,
            DirectoryWriter.OwnerMap.IDENTITY,
            DirectoryWriter.Forbidden.OMIT);
    try {
      assertThat(ErofsIndex.write(rootfs, devices, index))
          .isEqualTo(DirectoryWriter.write(rootfs, unpacked, options));
      assertThat(MountedIndex.list(program, index, devices))
          .containsExactlyElementsOf(TreeListing.of(unpacked));
      other.compare(index, devices, unpacked);
    } finally {
      remove(unpacked);
    }
  }

  private void compareExtracted(Path index, ImmutableList<Path> devices, Path unpacked)
      throws Exception {
    Path extracted = work.resolve("extracted");
    try {
      assertThat(utils.extract(index, devices, extracted))
          .containsExactlyElementsOf(
              TreeListing.of(unpacked).stream().map(ErofsUtils::extracted).toList());
    } finally {
      remove(extracted);
    }
  }

  private void compareContents(Path index, ImmutableList<Path> devices, Path unpacked)
      throws Exception {
    for (Path file : MoreFiles.listFiles(unpacked)) {
      assertThat(utils.digest(index, devices, "/" + file.getFileName()))
          .isEqualTo(MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString());
    }
  }

  private static void remove(Path directory) throws Exception {
    if (Files.exists(directory)) {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  @Test
  void everyKindOfEntry() throws Exception {
    file("/empty", 0);
    file("/one", 1);
    file("/block", 512);
    file("/more", 513);
    file("/long", 300_001);
    file("/setuid", 10, Metadata.ofMode(04755).withOwner(70_000, 4_000_000_000L));
    file("/old", 3, Metadata.ofMode(0).withMtime(-5));
    entries.add(new RootfsEntry.Fifo(path("/fifo"), Metadata.ofMode(0600)));
    entries.add(
        new RootfsEntry.Device(
            path("/null"), Metadata.ofMode(0666), RootfsEntry.Device.Type.CHARACTER, 1, 3));
    entries.add(
        new RootfsEntry.Device(
            path("/far"), Metadata.ofMode(0660), RootfsEntry.Device.Type.BLOCK, 4095, 1_048_575));
    directory("/sub");
    directory("/sub/sub");
    for (int length : new int[] {1, 447, 448, 449, 600, 4095}) {
      entries.add(
          new RootfsEntry.Symlink(
              path("/link" + length), Metadata.ofMode(0777), "t".repeat(length)));
    }
    entries.add(new RootfsEntry.HardLink(path("/sub/one"), Metadata.ofMode(0644), path("/one")));
    entries.add(new RootfsEntry.HardLink(path("/zfifo"), Metadata.ofMode(0600), path("/fifo")));
    Path tar = tar(entries);
    compare(tar);
    assertThat(utils.counts(index(LayerFlattener.tree(tar), tar), ImmutableList.of(tar)))
        .containsExactlyInAnyOrderEntriesOf(
            ImmutableMap.of(
                "total file", 21,
                "regular file", 8,
                "directory", 3,
                "symlink file", 6,
                "FIFO file", 2,
                "char dev", 1,
                "block dev", 1,
                "SOCK file", 0,
                "unknown type", 0));
  }

  @Test
  void extendedAttributes() throws Exception {
    file("/acl", 5, with(0674, "system.posix_acl_access", USER_ACL));
    file("/ping", 5, with(0755, "security.capability", NET_RAW));
    file("/user", 5, with(0644, "user.a", "61", "user.b", "00ff", "trusted.c", "01".repeat(900)));
    entries.add(
        new RootfsEntry.Directory(
            path("/dir"), with(0755, "system.posix_acl_default", USER_ACL, "user.d", "61")));
    entries.add(
        new RootfsEntry.Symlink(path("/link"), with(0777, "trusted.e", "62"), "t".repeat(400)));
    entries.add(
        new RootfsEntry.Symlink(
            path("/long"), with(0777, "trusted.f", "63".repeat(500)), "t".repeat(40)));
    for (int i = 0; i < 40; i++) {
      file("/many" + i, i, with(0644, "user." + "n".repeat(i + 1), "77".repeat(i * 17 + 1)));
    }
    compare(tar(entries));
  }

  @Test
  void emptyAttributes() throws Exception {
    file("/one", 5, with(0644, "user.a", ""));
    file("/two", 5, with(0644, "user.a", "", "user.b", "00ff", "user.c", ""));
    Path tar = tar(entries);
    compare(LayerFlattener.tree(tar), ImmutableList.of(tar), this::compareContents);
  }

  @Test
  void attributesThatMakeNoSenseAreLeftOut() throws Exception {
    String[] hostile = {
      "system.posix_acl_access", "0200000001000600ffffffff",
      "system.posix_acl_default", USER_ACL,
      "security.capability", "ff",
      "user.", "61",
      "unknown.name", "61",
      "system.other", "61",
    };
    file("/file", 5, with(0644, hostile));
    entries.add(new RootfsEntry.Directory(path("/dir"), with(0755, hostile)));
    entries.add(
        new RootfsEntry.Symlink(
            path("/link"), with(0777, "user.a", "61", "system.posix_acl_access", USER_ACL), "t"));
    entries.add(new RootfsEntry.Fifo(path("/fifo"), with(0600, "user.a", "61")));
    compare(tar(entries));
  }

  @Test
  void accessControlListsAreTakenAsTheKernelTakesThem() throws Exception {
    String[] lists = {
      "",
      "02000000",
      "01000000" + USER_ACL.substring(8),
      USER_ACL + "00",
      USER_ACL + "20000400ffffffff",
      USER_ACL.replace("10000700ffffffff", ""),
      USER_ACL.replace("0100060", "0100080"),
      USER_ACL.replace("02000400e8030000", "02000400ffffffff"),
      USER_ACL.replace("02000400e8030000", "02000400e803000002000400e8030000"),
      USER_ACL.replace("02000400e8030000", "08000400e8030000"),
      "0200000001000600ffffffff04000500ffffffff20000400ffffffff",
      "0200000001000600ffffffff04000500ffffffff10000700ffffffff20000400ffffffff",
    };
    for (int i = 0; i < lists.length; i++) {
      file("/file" + i, i, with(0641, AccessControlList.ACCESS, lists[i]));
      entries.add(
          new RootfsEntry.Directory(
              path("/dir" + i), with(0755, AccessControlList.DEFAULT, lists[i])));
    }
    compare(tar(entries));
  }

  @Test
  void thousandsOfNamesInADirectory() throws Exception {
    directory("/dir");
    for (int i = 0; i < 5000; i++) {
      file("/dir/" + "n".repeat(i % 200) + i, i % 3);
    }
    compare(tar(entries));
  }

  @Test
  void namesOfEveryLengthAndByte() throws Exception {
    directory("/sub");
    for (int length = 1; length <= 255; length++) {
      file("/sub/" + "x".repeat(length), 1);
    }
    for (int c = 1; c < 0x250; c++) {
      if (c != '/' && c != '.') {
        file("/a" + (char) c, 0);
        directory("/" + (char) c);
        file("/" + (char) c + "/-", 0);
      }
    }
    directory("/...");
    file("/..-", 0);
    file("/.-", 0);
    compare(tar(entries));
  }

  @Test
  void deepTrees() throws Exception {
    String deep = "";
    for (int i = 0; i < 500; i++) {
      deep += "/d";
      directory(deep);
    }
    file(deep + "/file", 100);
    compare(tar(entries));
  }

  @Test
  void filesWithHolesAsTarStoresThem() throws Exception {
    Path tree = Files.createDirectory(work.resolve("tree"));
    MountedIndex.run(
        List.of(
            "sh",
            "-euc",
            """
            cd "$1"
            truncate -s 5M all-hole
            truncate -s 3000001 tail; printf x | dd of=tail bs=1 seek=70000 conv=notrunc
            truncate -s 900000000 large; printf y | dd of=large bs=1 seek=234567890 conv=notrunc
            for i in $(seq 1 3 200); do
              head -c 5000 /dev/urandom | dd of=many bs=4096 seek="$i" conv=notrunc
            done
            """,
            "sh",
            tree.toString()));
    for (String format :
        List.of("gnu", "posix --sparse-version=0.1", "posix --sparse-version=1.0")) {
      Path tar = work.resolve("sparse.tar");
      MountedIndex.run(
          List.of(
              "sh",
              "-euc",
              "tar -C \"$1\" --sparse --numeric-owner --format=" + format + " -cf \"$2\" .",
              "sh",
              tree.toString(),
              tar.toString()));
      compareWithHoles(LayerFlattener.tree(tar), tar);
    }
  }

  @Test
  void holesThatAreNotOfWholeBlocks() throws Exception {
    file("/stored", 5000);
    Path tar = tar(entries);
    FileContent.Slice stored = stored(tar);
    ImmutableList.Builder<FileContent.Sparse.Part> parts = ImmutableList.builder();
    long at = 3;
    for (int size : new int[] {1, 700, 512, 3000, 787}) {
      parts.add(new FileContent.Sparse.Part(at, size));
      at += size + size % 5 * 1000;
    }
    FileContent sparse = new FileContent.Sparse(stored, parts.build(), at + 10_000);
    Rootfs rootfs =
        Rootfs.of(
            List.of(
                entries.get(0),
                new RootfsEntry.RegularFile(path("/sparse"), Metadata.ofMode(0644), sparse)));
    compareWithHoles(rootfs, tar);
  }

  private static FileContent.Slice stored(Path tar) throws Exception {
    RootfsEntry entry = LayerFlattener.tree(tar).get(path("/stored")).orElseThrow();
    return (FileContent.Slice) ((RootfsEntry.RegularFile) entry).content();
  }

  @Test
  void contentsOfSeveralTarsAndOfNone() throws Exception {
    file("/a", 600);
    Path first = tar(entries);
    entries.remove(1);
    file("/b", 700);
    Path second = tar(entries);
    entries.remove(1);
    file("/c", 800); // in no tar, but in memory
    file("/d", 0);
    List<RootfsEntry> all = new ArrayList<>(entries);
    all.add(LayerFlattener.tree(first).get(path("/a")).orElseThrow());
    all.add(LayerFlattener.tree(second).get(path("/b")).orElseThrow());
    FileContent.Slice whole = stored(withStored());
    all.add(
        new RootfsEntry.RegularFile(
            path("/e"),
            Metadata.ofMode(0644),
            new FileContent.Slice(whole.file(), whole.offset() + 1, whole.size() - 1)));
    compare(Rootfs.of(all), second, first);
    compare(Rootfs.of(all), first, second, whole.file());
    compare(Rootfs.of(all));
  }

  private Path withStored() throws Exception {
    List<RootfsEntry> before = List.copyOf(entries);
    file("/stored", 2000);
    Path tar = tar(entries);
    entries.clear();
    entries.addAll(before);
    return tar;
  }

  @Test
  void sameTreeGivesTheSameBytes() throws Exception {
    file("/a", 600, with(0644, "user.a", "61"));
    directory("/dir");
    Path tar = tar(entries);
    Path first = index(LayerFlattener.tree(tar), tar);
    Path second = index(LayerFlattener.tree(tar), tar);
    assertThat(first).hasSameBinaryContentAs(second);
  }

  @Test
  void whatATarHasLostCannotBeRead() throws Exception {
    file("/a", 600_000);
    Path tar = tar(entries);
    Path index = index(LayerFlattener.tree(tar), tar);
    MountedIndex.run(List.of("truncate", "-s", "1024", tar.toString()));
    assertThat(
            MountedIndex.run(
                program,
                index,
                ImmutableList.of(tar),
                "sh",
                "-euc",
                "stat -c %s \"$0\"/a; LC_ALL=C cat <\"$0\"/a | wc -c"))
        .isEqualTo("600000\ncat: -: Input/output error\n0\n");
  }

  @Test
  void whatTheFormatCannotHoldIsSaid() throws Exception {
    file("/file", 1, with(0644, "user.large", "00".repeat(65_536)));
    isRefused("/file: extended attribute with a name or a value that is too long: 65536 bytes");
    entries.remove(1);
    file("/" + "ü".repeat(128), 1);
    isRefused("/" + "ü".repeat(128) + ": a name of 256 bytes");
    entries.remove(1);
    entries.add(new RootfsEntry.Symlink(path("/link"), Metadata.ofMode(0777), "t".repeat(4096)));
    isRefused("/link: a link's target of 4096 bytes");
  }

  private void isRefused(String reason) {
    assertThatThrownBy(() -> index(Rootfs.of(entries)))
        .isInstanceOf(IndexException.class)
        .hasMessage(reason);
  }
}
