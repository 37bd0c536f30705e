package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild check}, {@code why} and {@code closure --why} on programs and on images. */
class CheckCommandTest {
  private static final ImmutableMap<String, String> ENVIRONMENT =
      ImmutableMap.of("PATH", "/usr/bin:/bin");

  @TempDir Path directory;
  private String image;

  private static Invocation jbuild(String... arguments) {
    return Invocation.with(ENVIRONMENT, arguments);
  }

  @BeforeEach
  void imageOfTwoPrograms() {
    image = directory.resolve("image.tar").toString();
    Invocation built = jbuild("rootfs", "-q", "--add", "bash,ls", "-o", image);
    assertThat(built).isEqualTo(new Invocation(0, "", ""));
  }

  @Test
  void anImageOfOursIsGood() {
    Invocation result = jbuild("check", image);
    assertThat(result.status()).as(result.out()).isZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith(image + ": 2 programs, ").endsWith("all of them start\n");
  }

  @Test
  void anImageWithoutALibraryIsNotWhoeverMadeIt() throws Exception {
    Path root = directory.resolve("root");
    ExternalTool.shell(
        directory,
        "mkdir -p root/usr/bin root/lib64 root/lib/x86_64-linux-gnu; ln -s usr/bin root/bin;"
            + "cp /bin/bash root/usr/bin/; cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/x86_64-linux-gnu/;"
            + "tar -C root -czf root.tar.gz .");
    for (String broken : new String[] {root.toString(), root + ".tar.gz"}) {
      Invocation result = jbuild("check", broken);
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.out())
          .startsWith("libtinfo.so.6, needed by /usr/bin/bash, was not found; searched ")
          .hasLineCount(1);
      assertThat(result.err())
          .isEqualTo(broken + ": 1 program, 2 libraries, 0 scripts; problems: 1\n");
    }
  }

  @Test
  void aUserWhomTheImageDoesNotKnowIsRefusedWhenBuildingAndFoundInAnyImage() throws Exception {
    String output = directory.resolve("user.tar").toString();
    String[] build = {"rootfs", "-q", "--add", "true", "-o", output, "-u", "nosuch:1000"};
    assertThat(jbuild(build))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild rootfs: the image's user 'nosuch:1000': there is no user 'nosuch' in its"
                    + " /etc/passwd, so no container of it would start; a number needs no entry"
                    + " there, and a recipe's 'accounts' make one\n"));
    assertThat(Path.of(output)).doesNotExist();
    build[build.length - 1] = "1000:1000";
    assertThat(jbuild(build)).isEqualTo(new Invocation(0, "", ""));
    assertThat(jbuild("check", "-q", output)).isEqualTo(new Invocation(0, "", ""));
    build[build.length - 1] = "nobody";
    assertThat(jbuild(build)).isEqualTo(new Invocation(0, "", ""));
    assertThat(jbuild("check", "-q", output)).isEqualTo(new Invocation(0, "", ""));

    // The user is the base's here, so it is not ours to refuse.
    Path passwd = Files.writeString(directory.resolve("passwd"), "root:x:0:0::/root:/bin/sh\n");
    String derived = directory.resolve("derived.tar").toString();
    assertThat(
            jbuild(
                "rootfs", "-q", "--from", output, "--copy", passwd + ":/etc/passwd", "-o", derived))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(jbuild("check", "-q", derived))
        .isEqualTo(
            new Invocation(
                1,
                "the image's own user 'nobody': there is no user 'nobody' in its /etc/passwd\n",
                ""));
  }

  @Test
  void ofAnImageWithoutProgramsNothingIsSaidToStart() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    String output = directory.resolve("data.tar").toString();
    assertThat(jbuild("rootfs", "-q", "--copy", file + ":/data", "-o", output).status()).isZero();
    assertThat(jbuild("check", output))
        .isEqualTo(
            new Invocation(
                0,
                "",
                output + ": 0 programs, 0 libraries, 0 scripts; there is nothing to start\n"));
  }

  @Test
  void theImageOfThatNameIsMeant() {
    Invocation other = jbuild("check", "--image-name", "other", image);
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("other").hasLineCount(1);
    assertThat(jbuild("check", "-q", "--platform", "linux/amd64", image).status()).isZero();
  }

  @Test
  void whatIsNoImageIsRefused() throws Exception {
    assertThat(jbuild("check", "/bin/bash").status()).isEqualTo(1);
    assertThat(jbuild("check", directory.resolve("absent").toString()).status()).isEqualTo(3);
    assertThat(jbuild("check"))
        .isEqualTo(
            new Invocation(
                2, "", "jbuild check: give the IMAGE to check. See 'jbuild check --help'.\n"));
  }

  @Test
  void theReasonsOfAProgramAreThoseItHasInAnImage() {
    Invocation program = jbuild("why", "bash", "libtinfo.so.6");
    assertThat(program.status()).isZero();
    assertThat(program.out())
        .startsWith("bash => /usr/bin/bash [requested]\n  libtinfo.so.6 => ")
        .hasLineCount(2);
    assertThat(jbuild("closure", "--why", "libtinfo.so.6", "bash", "ls")).isEqualTo(program);

    Invocation inImage = jbuild("why", image, "libtinfo.so.6");
    assertThat(inImage.status()).as(inImage.err()).isZero();
    assertThat(inImage.out())
        .startsWith("/usr/bin/bash [requested]\n  libtinfo.so.6 => ")
        .hasLineCount(2);
  }

  @Test
  void whatNothingNeedsHasNoReason() {
    assertNoReason("libnone.so.1", "no program in IMAGE loads something by the name libnone.so.1");
    for (String absent : new String[] {"/usr/bin/none", "/usr/bin/bash/x", "/none/none"}) {
      assertNoReason(
          absent,
          "there is no "
              + absent
              + " in IMAGE; 'jbuild inspect --html FILE IMAGE' shows all there is");
    }
    String isThere = " is in IMAGE, but no program in it loads that; ";
    for (String skeleton : new String[] {"/etc/passwd", "/etc/group", "/tmp"}) {
      assertNoReason(
          skeleton,
          skeleton
              + isThere
              + "it is of what programs expect of every root, and jbuild adds it where it lacks");
    }
    for (String told :
        new String[] {
          "/var/lib/dpkg/status.d/bash", "/usr/share/doc/bash/copyright", "/etc/debian_version"
        }) {
      assertNoReason(
          told,
          told
              + isThere
              + "it tells scanners what packages and distribution the files are from, and jbuild"
              + " adds it unless --no-package-metadata is given");
    }
    assertNoReason(
        "/usr/bin",
        "/usr/bin"
            + isThere
            + "it was added or copied as it is, is of a base, or is opened by a program that runs");
  }

  private void assertNoReason(String path, String sentence) {
    assertThat(jbuild("why", image, path))
        .isEqualTo(new Invocation(1, "", "jbuild why: " + sentence.replace("IMAGE", image) + "\n"));
  }

  @Test
  void aPathOverLinksMeansTheFileItLeadsTo() throws Exception {
    String output = directory.resolve("linked.tar").toString();
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("usr/bin"));
    assertThat(jbuild("rootfs", "-q", "--add", "bash", "--copy", link + ":/programs", "-o", output))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(jbuild("why", output, "/programs/bash"))
        .isEqualTo(new Invocation(0, "/usr/bin/bash [requested]\n", ""));
  }

  @Test
  void advicePrintsOnceBehindTheTreeAndNotWhenQuiet() {
    Invocation talkative = jbuild("closure", "bash");
    assertThat(talkative.err())
        .contains("note: /usr/bin/bash may call getaddrinfo, ", "--with nss adds what that takes");
    assertThat(jbuild("closure", "-q", "bash")).isEqualTo(new Invocation(0, talkative.out(), ""));
  }

  @Test
  void adviceThatIsHeededIsNotGivenAgain(@TempDir Path work) {
    String output = work.resolve("image.tar").toString();
    assertThat(jbuild("rootfs", "--add", "bash", "-o", output).err()).contains("getaddrinfo");
    assertThat(jbuild("rootfs", "--add", "bash", "--with", "nss", "-o", output).err())
        .doesNotContain("getaddrinfo");
  }
}
