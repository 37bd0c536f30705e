package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Images whose layers root mounts out of their own file; that they are the same as unpacked ones is
 * in {@link IndexedImageTest}.
 */
class InPlaceImageTest extends LiveTest {
  private static Path image;

  @BeforeAll
  static void makeImages() throws Exception {
    String base =
        "cp -a '%s'/. .; echo base >file; head -c 6M /dev/urandom | base64 >noise"
            .formatted(rootfs);
    image = LayeredImages.archive(work.resolve("image.tar"), "none", base, "echo second >file");
    LayeredImages.archive(work.resolve("gzip.tar"), "gzip", base);
    Images.check(work, "gzip -1 <image.tar >image.tar.gz");
    Images.check(
        work,
        "mkdir oci; cd oci; echo '{\"imageLayoutVersion\":\"1.0.0\"}' >oci-layout;"
            + " echo '{}' >index.json");
  }

  @BeforeEach
  void emptyTheCache() throws Exception {
    output(Caller.ROOT, "cache", "prune");
  }

  private Result inPlace(Path opened, String... command) throws Exception {
    return jrun(
        Caller.ROOT,
        ImmutableList.<String>builder()
            .add("--unpack=in-place", opened.toString())
            .add(command)
            .build()
            .toArray(new String[0]));
  }

  @Test
  void nothingOfItIsCopied() throws Exception {
    assertThat(inPlace(image, "cat", "/file")).isEqualTo(new Result(0, "second\n", ""));
    assertThat(inPlace(image, "cat", "/noise").out())
        .isEqualTo(output(Caller.ROOT, "--unpack=always", image.toString(), "cat", "/noise"));
    output(Caller.ROOT, "cache", "prune");
    inPlace(image, "true");
    String listed = output(Caller.ROOT, "cache");
    assertThat(listed).containsPattern("  index  +[0-9.]+KiB  ").hasLineCount(2);
  }

  @Test
  void explanationSaysSo() throws Exception {
    Result explained =
        jrun(Caller.ROOT, "--explain", "--unpack=in-place", image.toString(), "true");
    assertThat(explained.out())
        .contains(
            "# an index of the layers of " + image + " would be written to ",
            "\n# the image's layers are mounted out of its file by an index\n",
            ",device=" + image + " ");
  }

  /** Witness: strace. */
  @Test
  void explanationWritesNoIndex() throws Exception {
    Path trace = work.resolve("trace");
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "--seccomp-bpf"));
    command.addAll(List.of("-e", "trace=openat,rename,mkdir", "-o", trace.toString()));
    command.addAll(
        containers.command(
            Caller.ROOT, "--explain", "--unpack=in-place", image.toString(), "true"));
    Installation.check(Caller.ROOT.execute(work, command));
    assertThat(Files.readString(trace)).contains("\"" + image + "\"");
    assertThat(Files.readString(trace).lines())
        .filteredOn(line -> line.contains("O_CREAT"))
        .noneMatch(line -> line.contains("/index\""));
  }

  /** A link is followed once, when the image is looked for. */
  @Test
  void linkToAnImageWillDo() throws Exception {
    Path link = Files.createSymbolicLink(work.resolve("link.tar"), image.getFileName());
    assertThat(inPlace(link, "cat", "/file")).isEqualTo(new Result(0, "second\n", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "image.tar.gz,cannot be mounted in place: it is compressed; decompress it first",
    "oci,'cannot be mounted in place: it is a directory, and only an archive can be'",
  })
  void whatIsNotOneFileOfLayersIsRefused(String name, String why) throws Exception {
    Path refused = work.resolve(name);
    assertThat(inPlace(refused, "true"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: image '" + refused + "': " + why + "; leave --unpack in-place out\n"));
  }

  @Test
  void compressedLayerIsRefused() throws Exception {
    Result result = inPlace(work.resolve("gzip.tar"), "true");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .matches(
            "jrun: .*/gzip.tar: layer sha256:[0-9a-f]{64}: is compressed as gzip, so it cannot be"
                + " used where it is; layers of 'jbuild rootfs --compress none' can\n");
    assertThat(output(Caller.ROOT, "cache")).hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"SINGLE_ID", "ID_RANGES"})
  void othersThanRootAreRefused(Caller caller) throws Exception {
    assertThat(jrun(caller, "--unpack=in-place", image.toString(), "true"))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: image '"
                    + image
                    + "': cannot be mounted in place: only the system's root can mount one;"
                    + " leave --unpack in-place out\n"));
  }

  /** Its index is found by what tells the file from any other. */
  @Test
  void imageThatWasChangedHasAnotherIndex() throws Exception {
    Path changed = Files.copy(image, work.resolve("changed.tar"));
    assertThat(inPlace(changed, "cat", "/file").out()).isEqualTo("second\n");
    String layer = "cp -a '%s'/. .; echo other >file".formatted(rootfs);
    Path other = LayeredImages.archive(work.resolve("other.tar"), "none", layer);
    Files.write(changed, Files.readAllBytes(other));
    assertThat(inPlace(changed, "cat", "/file").out()).isEqualTo("other\n");
  }

  /** A Java that lets somebody else write to the image when the plan is made. */
  @Test
  void imageThatIsChangedWhileItStartsIsNotMounted() throws Exception {
    Path changed = Files.copy(image, work.resolve("race.tar"));
    Path java = work.resolve("java");
    String script =
        "#!/bin/sh\n'%s' \"$@\"; status=$?; touch '%s'; exit $status\n"
            .formatted(Path.of(System.getProperty("java.home"), "bin", "java"), changed);
    Files.writeString(java, script);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    ImmutableList<String> jrun =
        ImmutableList.of(
            "env",
            "JRUN_JAVA=" + java,
            "JRUN_CACHE_DIR=" + Caller.ROOT.cache(work),
            installation.jrun().toString(),
            "--unpack=in-place",
            changed.toString(),
            "true");
    assertThat(Caller.ROOT.execute(work, jrun))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: the image "
                    + changed
                    + " was changed while it was started; start it again\n"));
  }

  /** It is anybody's to set; the time of change, which counts, is the kernel's. */
  @Test
  void timeOfModificationInTheFutureIsNoObstacle() throws Exception {
    Path copy = Files.copy(image, work.resolve("later.tar"));
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now().plusSeconds(86400)));
    assertThat(inPlace(copy, "cat", "/file").out()).isEqualTo("second\n");
  }
}
