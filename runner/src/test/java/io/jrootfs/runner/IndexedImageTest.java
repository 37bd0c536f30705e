package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.erofs.TreeListing;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images whose layers root mounts by an index: the same as if they had been unpacked. */
class IndexedImageTest extends LiveTest {
  private static final String BASE =
      """
      cp -a '%s'/. .
      mkdir -p tree/keep tree/hidden/deep tree/replaced tree/opaque/below; cd tree
      echo base >file; echo base >keep/a; echo gone >keep/gone; echo x >hidden/deep/x
      echo old >opaque/old; echo old >opaque/below/old; echo f >replaced/f
      head -c 300001 /dev/urandom >large; : >empty; printf x >one; head -c 512 /dev/zero >block
      truncate -s 3M sparse; printf y | dd of=sparse bs=1 seek=2000000 conv=notrunc 2>/dev/null
      ln file hard; ln -s keep/a link; ln -s /nowhere/%%s dangling; mkfifo fifo
      mknod null c 1 3; mknod disk b 7 200; chmod 4755 one; chmod 1777 keep; chown 1234:70000 keep/a
      setfattr -n user.remark -v hello file; setfattr -n trusted.note -v t large
      setfattr -n user.of -v directory keep; setfattr -n trusted.of -v link -h link
      setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 block
      setfattr -n system.posix_acl_access \\
        -v 0x0200000001000600ffffffff02000400e803000004000500ffffffff10000700ffffffff20000400ffffffff hard
      i=0; while [ $i -lt 700 ]; do : >keep/a-name-that-is-rather-long-$i; i=$((i+1)); done
      touch -d '1969-12-31 23:59:01 UTC' empty; touch -d '2030-01-01 UTC' one
      """;

  private static final String SECOND =
      """
      mkdir -p tree/keep tree/opaque tree/hidden; cd tree
      : >keep/.wh.gone; : >.wh.hidden; rmdir hidden; : >opaque/.wh..wh..opq; echo new >opaque/new
      echo second >file; mkdir added; echo second >added/b; ln added/b added/c; echo r >replaced
      """;

  private static final String THIRD =
      """
      mkdir -p tree/hidden tree/opaque/below tree/keep; cd tree; echo third >hidden/again; : >.wh.added
      echo third >opaque/below/again; ln -s file replaced; echo 3 >keep/gone
      """;

  private static Path layers;

  /** Of more bytes than are unpacked in any case. */
  private static Path large;

  @BeforeAll
  static void makeLayers() throws Exception {
    String base = BASE.formatted(rootfs);
    layers = LayeredImages.archive(work.resolve("layers.tar"), "none", base, SECOND, THIRD);
    LayeredImages.archive(work.resolve("gzip.tar"), "gzip", base, SECOND);
    large =
        LayeredImages.archive(
            work.resolve("large.tar"), "none", base + "head -c 17M /dev/urandom >noise", SECOND);
    Images.check(
        work,
        "zcat -f layers.tar | gzip -1 >outer.tar.gz; mkdir one; cd one; tar -xf ../layers.tar"
            + " 0/layer.tar; mv 0/layer.tar ../one.tar");
  }

  /** A cache of its own, so that each test sees a first start. */
  @BeforeEach
  void emptyTheCache() throws Exception {
    output(Caller.ROOT, "cache", "prune");
  }

  private List<String> kinds() throws Exception {
    return output(Caller.ROOT, "cache")
        .lines()
        .skip(1)
        .map(line -> line.split("  +", 0)[2])
        .toList();
  }

  /** What of an image is to be seen in a container of it. */
  private List<String> inside(Path opened, String unpack) throws Exception {
    String name = "seen-" + unpack;
    output(
        Caller.ROOT,
        "-d",
        "--name=" + name,
        "--unpack=" + unpack,
        opened.toString(),
        "sleep",
        "600");
    try {
      Path root = Path.of("/proc", pid(Caller.ROOT, name), "root");
      String mounts = output(Caller.ROOT, "exec", name, "cat", "/proc/mounts");
      String own = output(Caller.ROOT, "exec", name, "cat", "/etc/hosts", "/etc/hostname");
      return Stream.of(
              TreeListing.of(root.resolve("tree")).stream(),
              TreeListing.of(root.resolve("bin")).stream(),
              // Descriptors of the launcher's, which are others.
              mounts.lines().map(line -> line.replaceAll("/proc/self/fd/[0-9]+", "FD")),
              own.lines())
          .flatMap(lines -> lines)
          .toList();
    } finally {
      output(Caller.ROOT, "rm", "-f", name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers.tar", "gzip.tar", "outer.tar.gz", "one.tar"})
  void whatIsMountedIsWhatWouldBeUnpacked(String opened) throws Exception {
    List<String> mounted = inside(work.resolve(opened), "never");
    List<String> unpacked = inside(work.resolve(opened), "always");
    assertThat(mounted).hasSizeGreaterThan(700).containsExactlyElementsOf(unpacked);
    assertThat(kinds()).containsExactlyInAnyOrder("index", "unpacked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers.tar", "one.tar"})
  void soIsWhatIsMountedInPlace(String opened) throws Exception {
    List<String> mounted = inside(work.resolve(opened), "in-place");
    List<String> unpacked = inside(work.resolve(opened), "always");
    assertThat(mounted).hasSizeGreaterThan(700).containsExactlyElementsOf(unpacked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "never", "in-place"})
  void whatTheLayersSayAndLinuxHasNotIsTold(String unpack) throws Exception {
    Images.check(
        work,
        "tar -cf listed.tar --format=posix --pax-option='SCHILY.acl.ace:=owner@:rwx:-------:allow'"
            + " -C '%s' .".formatted(rootfs));
    Path listed = work.resolve("listed.tar");
    assertThat(jrun(Caller.ROOT, "--unpack=" + unpack, listed.toString(), "true").err())
        .matches(
            "jrun: warning: left out of the container: SCHILY.acl.ace of / and [0-9]+ more, access"
                + " control lists of NFSv4, which no disk of Linux takes; permission bits are kept,"
                + " and so are the lists that setfacl makes\n");
  }

  @Test
  void rootMountsAndOthersUnpack() throws Exception {
    for (Caller caller : Caller.values()) {
      String explained = output(caller, "--explain", large.toString(), "true");
      assertThat(explained)
          .contains(
              caller == Caller.ROOT
                  ? "# an index of the layers of " + large + " would be written to "
                  : "# " + large + " would be unpacked into ",
              caller == Caller.ROOT
                  ? "\n# the image's layers are mounted by an index, and not unpacked\n"
                  : "\n# the image is unpacked, and not mounted by an index of its layers: only the"
                      + " system's root can mount one\n");
    }
    output(Caller.ROOT, large.toString(), "true");
    assertThat(kinds()).containsExactly("index");
    assertThat(output(Caller.ROOT, "--explain", "--unpack=always", large.toString(), "true"))
        .contains(" would be unpacked into ", " of its layers: as asked for\n");
  }

  @Test
  void whatIsSmallIsUnpackedUnlessThatIsRefused() throws Exception {
    assertThat(output(Caller.ROOT, "--explain", layers.toString(), "true"))
        .contains(
            "# " + layers + " would be unpacked into ",
            " of its layers: it is small, and starts faster so\n");
    output(Caller.ROOT, layers.toString(), "true");
    assertThat(kinds()).containsExactly("unpacked");
    output(Caller.ROOT, "--unpack=never", layers.toString(), "true");
    assertThat(kinds()).containsExactlyInAnyOrder("index", "unpacked");
  }

  @Test
  void anotherUserNamespaceGetsAnUnpackedOne() throws Exception {
    String[] arguments = {"--uidmap=0:100000:65536", layers.toString(), "stat", "-c", "%u", "/bin"};
    assertThat(output(Caller.ROOT, arguments)).isEqualTo("0\n");
    assertThat(kinds()).containsExactly("unpacked");
    assertThat(jrun(Caller.ROOT, "--unpack=never", "--userns=auto", layers.toString()).status())
        .isEqualTo(125);
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE_ID", "ID_RANGES"})
  void whatMustNotBeUnpackedAndCannotBeMountedIsRefused(Caller caller) throws Exception {
    assertThat(jrun(caller, "--unpack=never", layers.toString(), "true"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: image '"
                    + layers
                    + "': must not be unpacked, and cannot be mounted: only the system's root can"
                    + " mount one\n"));
  }

  /** The kernel mounts EROFS from files of file systems that have a page cache of their own. */
  @Test
  void whereTheKernelRefusesTheIndexTheImageIsUnpacked() throws Exception {
    Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "jrun-");
    try {
      ImmutableList<String> jrun =
          ImmutableList.of("env", "JRUN_CACHE_DIR=" + memory, installation.jrun().toString());
      assertThat(executed(jrun, large.toString(), "cat", "/tree/file"))
          .isEqualTo(new Result(0, "second\n", ""));
      assertThat(executed(jrun, "--explain", large.toString(), "true").out())
          .contains(
              "# the image is unpacked, and not mounted by an index of its layers: the kernel does"
                  + " not mount it here: it was built to mount EROFS from block devices only, or"
                  + " not from files of the file system that the cache is on\n");
      assertThat(executed(jrun, "cache").out())
          .contains("  unpacked  ")
          .doesNotContain("  index  ");
      Images.check(memory, "test -z \"$(find . -name layers -o -name index -type f)\"");
      Result refused = executed(jrun, "--unpack=never", large.toString(), "true");
      assertThat(refused.status()).isEqualTo(125);
      assertThat(refused.err())
          .startsWith("jrun: image '" + large + "': must not be unpacked, and cannot be mounted: ")
          .hasLineCount(1);
    } finally {
      Images.check(Path.of("/dev/shm"), "rm -r '" + memory + "'");
    }
  }

  private static Result executed(ImmutableList<String> program, String... arguments)
      throws Exception {
    return Caller.ROOT.execute(
        work, ImmutableList.<String>builder().addAll(program).add(arguments).build());
  }

  /** As 'docker save >image.tar' does it. */
  @Test
  void imageThatIsWrittenOverDoesNotChangeWhatRuns() throws Exception {
    Path copy = Files.copy(layers, work.resolve("copy.tar"));
    output(Caller.ROOT, "-d", "--name=runs", "--unpack=never", copy.toString(), "sleep", "600");
    try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.TRUNCATE_EXISTING)) {
      out.write(new byte[1 << 16]);
    }
    assertThat(output(Caller.ROOT, "exec", "runs", "cat", "/tree/opaque/new", "/tree/keep/gone"))
        .isEqualTo("new\n3\n");
    assertThat(jrun(Caller.ROOT, copy.toString(), "true").status()).isEqualTo(125);
    Files.copy(work.resolve("one.tar"), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(output(Caller.ROOT, copy.toString(), "cat", "/tree/file")).isEqualTo("base\n");
    output(Caller.ROOT, "rm", "-f", "runs");
  }

  @Test
  void nothingStaysMountedAndTheHostNeverSeesIt() throws Exception {
    output(Caller.ROOT, "-d", "--name=runs", "--unpack=never", layers.toString(), "sleep", "600");
    assertThat(mountedHere()).isEmpty();
    assertThat(output(Caller.ROOT, "cache", "prune")).isEqualTo("freed 0B of 0 images\n");
    Path index = indexFile();
    assertThat(openFiles(index)).as("one mount holds it").isZero();
    output(Caller.ROOT, "stop", "-t", "1", "runs");
    output(Caller.ROOT, "rm", "runs");
    assertThat(mountedHere()).isEmpty();
    assertThat(output(Caller.ROOT, "cache", "prune")).contains("of 1 image\n");
  }

  private static List<String> mountedHere() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(" - erofs "))
        .toList();
  }

  private static Path indexFile() throws Exception {
    try (Stream<Path> files =
        Files.find(Caller.ROOT.cache(work), 3, (file, is) -> file.endsWith("index"))) {
      return files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  /** By processes, in whose tables there must be none. */
  private static long openFiles(Path file) throws Exception {
    String links =
        LayeredImages.run(List.of("sh", "-c", "ls -l /proc/[0-9]*/fd 2>/dev/null; :"), work);
    return links.lines().filter(line -> line.endsWith(" " + file)).count();
  }

  @Test
  void damageInTheCacheIsOneSentence() throws Exception {
    output(Caller.ROOT, "--unpack=never", layers.toString(), "true");
    try (var index = Files.newByteChannel(indexFile(), StandardOpenOption.WRITE)) {
      index.truncate(0);
    }
    Result result = jrun(Caller.ROOT, "--no-replay", "--unpack=never", layers.toString(), "true");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("jrun: cannot mount the index of the image's layers, " + indexFile())
        .hasLineCount(1);
    output(Caller.ROOT, "--unpack=always", layers.toString(), "true");
  }

  /** A disk that is full, as far as a process can tell. */
  @Test
  void whatCannotBeWrittenLeavesNothing() throws Exception {
    ImmutableList<String> limited =
        ImmutableList.<String>builder()
            .add("prlimit", "--fsize=200000")
            .addAll(containers.command(Caller.ROOT))
            .build();
    Result result = executed(limited, "--unpack=never", layers.toString(), "true");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: ").contains("File too large").hasLineCount(1);
    try (Stream<Path> left = Files.list(Caller.ROOT.cache(work).resolve("bundles"))) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head -c 200000 layers.tar", // in the first layer
        "head -c 30000 gzip.tar",
        "sed s/second/secont/ layers.tar", // in a layer, whose digest is another then
        "sed s/sha256:/sha256:0/ layers.tar",
        "head -c 300000 outer.tar.gz",
        "head -c 250000 one.tar",
        "tr -c a b <one.tar",
      })
  void damagedImagesAreRefusedAsWhenTheyAreUnpacked(String command) throws Exception {
    Path damaged = work.resolve("damaged");
    Images.check(work, command + " >damaged");
    Result unpacked = jrun(Caller.ROOT, "--unpack=always", damaged.toString(), "true");
    assertThat(unpacked.status()).isEqualTo(125);
    assertThat(jrun(Caller.ROOT, "--unpack=never", damaged.toString(), "true")).isEqualTo(unpacked);
    try (Stream<Path> left = Files.list(Caller.ROOT.cache(work).resolve("bundles"))) {
      assertThat(left).isEmpty();
    }
  }
}
