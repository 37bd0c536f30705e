package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image built from the programs of an image is the same image. */
class ImageOfImageTest {
  @TempDir Path work;

  /** The manifest's digest. */
  private String build(Path output, String... arguments) {
    String[] all = new String[arguments.length + 5];
    all[0] = "rootfs";
    all[1] = "-q";
    all[2] = "--print-digest";
    all[3] = "-o";
    all[4] = output.toString();
    System.arraycopy(arguments, 0, all, 5, arguments.length);
    Invocation built = Invocation.of(all);
    assertThat(built.status()).as(built.err()).isZero();
    assertThat(built.out()).startsWith("sha256:");
    return built.out();
  }

  /** The image's tree, as GNU tar unpacks what jbuild writes for it. */
  private Path unpacked(String programs) throws IOException {
    Path tar = work.resolve("root.tar");
    Invocation built =
        Invocation.of("rootfs", "-q", "--format", "rootfs", "--add", programs, "-o", "" + tar);
    assertThat(built.status()).as(built.err()).isZero();
    Path root = Files.createDirectory(work.resolve("root"));
    ExternalTool.run(root, "tar", "--numeric-owner", "--same-owner", "-xpf", tar.toString());
    return root;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash,ls", "perl,ldd", "mount,su", "python3"})
  void itsManifestHasTheSameDigest(String programs) throws IOException {
    String digest = build(work.resolve("image.tar"), "--add", programs);
    Path root = unpacked(programs);
    assertThat(build(work.resolve("again.tar"), "--sysroot", root.toString(), "--add", programs))
        .isEqualTo(digest);
    assertThat(work.resolve("again.tar")).hasSameBinaryContentAs(work.resolve("image.tar"));
  }

  @Test
  void ofFewerProgramsItIsTheImageOfThose() throws IOException {
    String digest = build(work.resolve("image.tar"), "--add", "bash");
    Path root = unpacked("bash,perl");
    assertThat(build(work.resolve("again.tar"), "--sysroot", root.toString(), "--add", "bash"))
        .isEqualTo(digest);
  }
}
