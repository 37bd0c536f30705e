package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images made to reach or to hang the host. Run by root, who could do the most harm. */
class HostileImageTest {
  @TempDir static Path work;
  private static Installation installation;

  /** Which way images become roots. */
  static String unpacking = "--unpack=auto";

  private static Path rootfs;

  /** Beside the cache and full of things that nobody may touch. */
  private static Path outside;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    outside = Files.createDirectory(work.resolve("outside"));
  }

  @BeforeEach
  void layMarkers() throws IOException {
    Files.writeString(outside.resolve("marker"), "untouched");
  }

  @AfterEach
  void markersAreUntouched() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).containsExactly(outside.resolve("marker"));
    }
    assertThat(outside.resolve("marker")).hasContent("untouched");
    assertThat(Files.getAttribute(outside.resolve("marker"), "unix:nlink")).isEqualTo(1);
    assertThat(work.resolve("escaped")).doesNotExist();
    assertThat(Path.of("/jrun-escaped")).doesNotExist();
  }

  private static Result jrun(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(installation.jrun().toString(), unpacking));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return Caller.ROOT.execute(work, command);
  }

  private static Path tar(TarArchiveEntry... entries) throws IOException {
    Path tar = Files.createTempFile(work, "hostile", ".tar");
    try (OutputStream out = Files.newOutputStream(tar);
        TarArchiveOutputStream archive = new TarArchiveOutputStream(out)) {
      for (TarArchiveEntry entry : entries) {
        byte[] content =
            entry.isFile() && !entry.isLink() && !entry.isSymbolicLink() && !entry.isFIFO()
                ? "hostile".getBytes(StandardCharsets.US_ASCII)
                : new byte[0];
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
      }
    }
    return tar;
  }

  private static TarArchiveEntry file(String name) {
    return new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
  }

  private static TarArchiveEntry link(byte kind, String name, String target) {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(target);
    return entry;
  }

  private static TarArchiveEntry symlink(String name, String target) {
    return link(TarConstants.LF_SYMLINK, name, target);
  }

  /** Whether it is refused or confined, the markers decide; but it must not be our bug. */
  private static void isConfined(TarArchiveEntry... entries) throws Exception {
    Result result = jrun(tar(entries), "/nonesuch");
    assertThat(result.status()).as(result.err()).isIn(125, 127);
    assertThat(result.err()).startsWith("jrun: ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../escaped",
        "../../escaped",
        "../../../escaped",
        "../../../../escaped",
        "a/../../../../../escaped",
        "./../../../../../jrun-escaped",
        "../../../../../../../../jrun-escaped",
        "/jrun-escaped",
        "//jrun-escaped",
        "..",
        "../../../outside/marker"
      })
  void nameThatLeadsOutsideIsConfined(String name) throws Exception {
    isConfined(file("good"), file(name));
  }

  @Test
  void absoluteNameOfTheMarkerIsConfined() throws Exception {
    isConfined(file(outside.resolve("marker").toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "../../../outside", "../../../../../../../../../..%s", "b/../%s"})
  void fileThroughALinkedDirectoryIsConfined(String target) throws Exception {
    String leads = target.replace("%s", outside.toString());
    isConfined(symlink("a", leads), file("a/marker"), file("a/new"));
    isConfined(symlink("a", leads), new TarArchiveEntry("a/", true), file("a/new"));
    isConfined(symlink("b", "."), symlink("a", leads), file("b/a/marker"));
  }

  @Test
  void fileOverALinkToTheMarkerReplacesTheLink() throws Exception {
    isConfined(symlink("a", outside.resolve("marker").toString()), file("a"));
  }

  @Test
  void hardLinkToTheMarkerIsConfined() throws Exception {
    String marker = outside.resolve("marker").toString();
    isConfined(link(TarConstants.LF_LINK, "a", marker), file("a"));
    isConfined(link(TarConstants.LF_LINK, "a", "../../../outside/marker"), file("a"));
    isConfined(
        symlink("d", outside.toString()), link(TarConstants.LF_LINK, "a", "d/marker"), file("a"));
    isConfined(symlink("s", marker), link(TarConstants.LF_LINK, "a", "s"), file("a"));
  }

  @Test
  void modeAndOwnerOfALinkDoNotReachItsTarget() throws Exception {
    Object mode = Files.getAttribute(outside.resolve("marker"), "unix:mode");
    TarArchiveEntry link = symlink("a", outside.resolve("marker").toString());
    link.setMode(0777);
    link.setIds(1234, 1234);
    isConfined(link);
    assertThat(Files.getAttribute(outside.resolve("marker"), "unix:mode")).isEqualTo(mode);
    assertThat(Files.getAttribute(outside.resolve("marker"), "unix:uid")).isEqualTo(0);
  }

  @Test
  void accountFilesThatLeadOutsideNameNobody() throws Exception {
    Files.writeString(work.resolve("secret"), "secret:x:0:0::/:\n");
    Path tar = tar(symlink("etc/passwd", work.resolve("secret").toString()), file("bin/sh"));
    assertThat(jrun("-u", "secret", tar, "/bin/sh").err()).contains("has no user 'secret'");
  }

  @Test
  void accountFileThatIsAFifoDoesNotHang() throws Exception {
    Path tar = tar(new TarArchiveEntry("etc/passwd", TarConstants.LF_FIFO, true));
    Result result = jrun(tar, "/bin/sh");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).isEqualTo("jrun: the image's /etc/passwd: is not a regular file\n");
  }

  /** A root filesystem that is a directory, whose own directories are links. */
  @ParameterizedTest
  @CsvSource({
    "proc, OUTSIDE",
    "proc, etc",
    "sys, OUTSIDE",
    "sys, ../../outside",
    "dev, OUTSIDE",
    "dev, ../../outside",
    "tmp, OUTSIDE",
    "tmp, ../../outside"
  })
  void mountPointThatIsALinkStaysInside(String name, String target) throws Exception {
    Path root = Files.createTempDirectory(work, "root");
    Images.rootfs(root);
    Files.createSymbolicLink(
        root.resolve(name), Path.of(target.replace("OUTSIDE", outside.toString())));
    Result result = jrun("-u", "0", root, "sh", "-c", "touch /tmp/x /dev/x; echo started");
    if (!name.equals("tmp")) {
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a", "/a/b", "/a/b/c", "/d/b", "/e"})
  void volumesTargetBehindALinkStaysInside(String destination) throws Exception {
    Path root = Files.createTempDirectory(work, "root");
    Images.rootfs(root);
    Files.createSymbolicLink(root.resolve("a"), outside);
    Files.createSymbolicLink(root.resolve("d"), Path.of("../../../../../.." + outside));
    Files.createSymbolicLink(root.resolve("e"), outside.resolve("marker"));
    Path data = Files.createTempDirectory(work, "data");
    Result result = jrun("-v", data + ":" + destination, root, "sh", "-c", "echo x >/a/b/new");
    assertThat(result.status()).as(result.err()).isIn(0, 1, 125);
  }

  @Test
  void imagesWorkingDirectoryAmongOurDescriptorsIsRefused() throws Exception {
    Path layout = Images.layout(rootfs, work.resolve("layout"));
    for (int descriptor : new int[] {3, 5, 7, 8}) {
      Images.check(
          work,
          "umoci config --image layout:latest --config.user root --config.workingdir"
              + " /proc/self/fd/"
              + descriptor);
      Result result = jrun(layout, "pwd; ls");
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void directoryThatIsARootIsNeverWritten() throws Exception {
    Result before = Installation.execute(work, ImmutableMap.of(), tree(rootfs));
    Installation.check(
        jrun(
            rootfs,
            "sh",
            "-c",
            "rm -r /etc /home; touch /new; mkdir /tmp/x; echo >/not-executable"));
    assertThat(Installation.execute(work, ImmutableMap.of(), tree(rootfs))).isEqualTo(before);
  }

  private static ImmutableList<String> tree(Path root) {
    return ImmutableList.of("find", root.toString(), "-printf", "%p %m %U:%G %s %T@ %C@ %l\\n");
  }

  // Damage and shortage.

  private static List<String> cached() throws IOException {
    Path bundles = Caller.ROOT.cache(work).resolve("bundles");
    if (!Files.isDirectory(bundles)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(bundles)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void damagedOrCutArchiveIsRefusedAndLeavesNothing() throws Exception {
    // Layers of its own: of a tree that is unpacked already the archive is not read again.
    Path own = Images.rootfs(Files.createDirectory(work.resolve("own")));
    Files.writeString(own.resolve("own"), "");
    Path layout = Images.layout(own, work.resolve("good"));
    Path archive = Images.dockerArchive(layout, work.resolve("good.tar"));
    byte[] good = Files.readAllBytes(archive);
    List<String> before = cached();
    Path bad = work.resolve("bad.tar");
    Random random = new Random(1);
    for (int i = 0; i < 10; i++) {
      byte[] bytes = good.clone();
      // Somewhere in the layer, which is nearly all of the archive.
      bytes[bytes.length / 4 + random.nextInt(bytes.length / 2)] ^= (byte) (1 << random.nextInt(8));
      Files.write(bad, bytes);
      isRefused(bad, before);
    }
    for (int length : new int[] {0, 1, 511, 512, 513, good.length / 2}) {
      Files.write(bad, Arrays.copyOf(good, length));
      isRefused(bad, before);
    }
  }

  private static void isRefused(Path image, List<String> cachedBefore) throws Exception {
    Result result = jrun(image, "echo started");
    assertThat(result.status()).as(result.err()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("jrun: ").contains(image.toString()).hasLineCount(1);
    assertThat(cached()).isEqualTo(cachedBefore);
  }

  @Test
  void fullDiskIsSaidAndLeavesNothing() throws Exception {
    Path image = Images.tar(rootfs, work.resolve("full.tar"));
    Path small = Files.createDirectory(work.resolve("small"));
    Result result =
        Installation.execute(
            work,
            ImmutableMap.of("JRUN_CACHE_DIR", small + "/cache", "TMPDIR", "/tmp"),
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-uc",
                "for d in /tmp /var/tmp /dev/shm; do"
                    + " mount --bind $d $d && mount -o remount,bind,ro $d || exit; done;"
                    + " mount -t tmpfs -o size=200k tmpfs \"$1\" || exit; \"$2\" \"$3\" sh; echo $?;"
                    + " find \"$1\" -mindepth 3",
                "sh",
                small.toString(),
                installation.jrun().toString(),
                image.toString()));
    assertThat(result.out()).isEqualTo("125\n");
    assertThat(result.err())
        .startsWith("jrun: " + image + ": cannot be made ready anywhere (the cache ")
        .contains("No space left on device; /tmp: Read-only file system; /var/tmp: ")
        .hasLineCount(1);
  }

  @Test
  void severalAtOnceShareOneTree() throws Exception {
    Path image = Images.tar(rootfs, work.resolve("shared.tar"));
    Result result =
        Caller.ROOT.execute(
            work,
            List.of(
                "env",
                "JRUN_CACHE_DIR=" + work.resolve("shared-cache"),
                "sh",
                "-uc",
                "for i in 1 2 3 4; do \"$1\" \"$2\" sh -c 'echo started' & done; wait",
                "sh",
                installation.jrun().toString(),
                image.toString()));
    assertThat(result.out()).isEqualTo("started\n".repeat(4));
    try (Stream<Path> files = Files.list(work.resolve("shared-cache/bundles"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void cacheThatOthersCanWriteIsRefused() throws Exception {
    Path cache = Files.createDirectory(work.resolve("open-cache"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    Result result =
        Caller.ROOT.execute(
            work,
            List.of(
                "env",
                "JRUN_CACHE_DIR=" + cache,
                installation.jrun().toString(),
                rootfs.toString(),
                "sh"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("chmod go-w").hasLineCount(1);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(cache, "unix:uid", Caller.SINGLE_ID.uid());
    Result foreign =
        Caller.ROOT.execute(
            work,
            List.of(
                "env",
                "JRUN_CACHE_DIR=" + cache,
                installation.jrun().toString(),
                rootfs.toString(),
                "sh"));
    assertThat(foreign.status()).isEqualTo(125);
    assertThat(foreign.err()).contains("JRUN_CACHE_DIR").hasLineCount(1);
  }
}
