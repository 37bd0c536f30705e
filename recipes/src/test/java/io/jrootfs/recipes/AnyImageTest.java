package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jbuild test} of an image that nobody has written checks for. */
class AnyImageTest {
  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.sharedIn(work);
  }

  private void image(String options) throws Exception {
    Dist.Result built = dist.shell(work, "jbuild rootfs -q " + options);
    assertThat(built.status()).as(built.err()).isZero();
  }

  private void imageOfScript(String command) throws Exception {
    Path script = work.resolve("the-script");
    Files.writeString(script, "#!/bin/bash\n" + command + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    image("--add ./the-script");
  }

  private Dist.Result test(String arguments) throws Exception {
    return dist.shell(work, "jbuild test " + arguments);
  }

  @Test
  void aGoodImagePasses() throws Exception {
    image("--add bash");
    assertThat(test("image.tar"))
        .isEqualTo(
            new Dist.Result(
                0,
                """
                ok     its command runs: /usr/bin/bash
                ok     everything in it starts
                ok     no-setuid
                """,
                ""));
  }

  @Test
  void aServerIsEndedAgainAndItsFloodOfWordsIsNotKept() throws Exception {
    imageOfScript("while :; do echo flood-of-words >&2; done");
    Dist.Result result =
        dist.shell(
            work, "jbuild test image.tar; pgrep -f '/bin/[b]ash .*/the-script' || echo ended");
    assertThat(result.out()).startsWith("ok     its command runs: ").endsWith("ended\n");
  }

  @Test
  void aCommandThatIsMissingFails() throws Exception {
    image("--add bash --entrypoint /usr/bin/nonesuch");
    Dist.Result result = test("image.tar");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .contains("FAILED its command runs: /usr/bin/nonesuch: status 127; it said: 'jrun: ")
        .contains("FAILED everything in it starts: ")
        .contains("ok     no-setuid\n");
    assertThat(result.err()).isEqualTo("jbuild test: 2 of 3 checks of image.tar failed\n");
  }

  @Test
  void aCommandThatDiesFailsAndOneThatFailsByItselfDoesNot() throws Exception {
    imageOfScript("(kill -SEGV $BASHPID); exit $?");
    assertThat(test("image.tar").out()).contains("status 139");
    for (int own : new int[] {3, 128, 255}) {
      imageOfScript("exit " + own);
      assertThat(test("image.tar").status()).as("exit " + own).isZero();
    }
  }

  /** Another tool's, as we build none. */
  @Test
  void aUserThatTheImageLacksFails() throws Exception {
    image("--add bash");
    Dist.Result changed =
        dist.shell(
            work,
            "skopeo copy -q oci-archive:image.tar oci:layout:x;"
                + " umoci config --image layout:x --config.user nobody-knows");
    assertThat(changed.status()).as(changed.err()).isZero();
    assertThat(test("layout").out())
        .contains("FAILED its command runs: /usr/bin/bash: status 125; it said: 'jrun: ")
        .contains("nobody-knows");
  }

  @Test
  void aLibraryThatIsMissingInAnImageOfOtherToolsFails() throws Exception {
    Dist.Result result =
        dist.shell(
            work,
            "mkdir -p root/bin root/lib64; cp /bin/bash root/bin/; cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
                + "tar -C root -c . | podman import -q --change 'CMD [\"/bin/bash\"]' - broken >/dev/null;"
                + "podman save -q -o broken.tar broken; podman rmi -f broken >/dev/null;"
                + "jbuild test broken.tar");
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.out())
        .contains("status 127; it said: '/bin/bash: error while loading shared libraries")
        .contains(
            "FAILED everything in it starts: libtinfo.so.6, needed by /bin/bash, was not found");
  }

  @Test
  void setuidFailsUnlessItIsMeant() throws Exception {
    image("--add bash,mount --cmd bash");
    Dist.Result result = test("image.tar");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out())
        .contains("FAILED no-setuid: these are: /usr/bin/mount; --allow-setuid is for where");
    assertThat(test("--allow-setuid image.tar").status()).isZero();
  }

  @Test
  void aDirectoryHasNoCommandAndIsTestedForTheRest() throws Exception {
    image("--add bash --format dir -o root");
    assertThat(test("root"))
        .isEqualTo(
            new Dist.Result(
                0,
                "ok     everything in it starts\nok     no-setuid\n",
                "jbuild test: root has no command, so none is run\n"));
  }

  /** One layout with two images, of which the second does not start. */
  private void twoImages() throws Exception {
    image("--add bash -o one.tar && jbuild rootfs -q --add bash --cmd nonesuch -o two.tar");
    Dist.Result copied =
        dist.shell(
            work,
            "printf '{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}' >policy.json; for i in"
                + " one two; do skopeo --policy policy.json copy -q oci-archive:$i.tar"
                + " oci:layout:$i || exit 1; done");
    assertThat(copied.status()).as(copied.err()).isZero();
  }

  @Test
  void ofSeveralImagesTheOneThatIsNamedIsTested() throws Exception {
    twoImages();
    assertThat(test("--image-name one layout").out())
        .isEqualTo(
            """
            ok     its command runs: /usr/bin/bash
            ok     everything in it starts
            ok     no-setuid
            """);
    assertThat(test("--image-name two layout").out())
        .startsWith("FAILED its command runs: nonesuch: status 127; it said: 'jrun: ");
    assertThat(test("--platform linux/amd64 layout").status()).isZero();
    assertThat(test("--image-name three layout").err()).contains("three", "one", "two");
  }

  @Test
  void theChecksOfARecipeAreOfTheImageThatIsNamed() throws Exception {
    twoImages();
    Files.writeString(
        work.resolve("recipe.yaml"),
        "recipe: 1\nchecks:\n  - { run: [bash, -c, 'exit 3'], status: 3 }\n");
    assertThat(test("--recipe recipe.yaml --image-name two layout").out())
        .isEqualTo("ok     run bash -c exit 3\n");
    Dist.Result ofRecipe = test("--image-name two recipe.yaml");
    assertThat(ofRecipe.status()).isEqualTo(2);
    assertThat(ofRecipe.err()).startsWith("jbuild test: --image-name and --platform are about");
  }

  /** What jrun remembers of a file is about the image that was asked for; kept plans too. */
  @Test
  void jrunRunsTheOneThatIsNamed() throws Exception {
    twoImages();
    String names =
        "for i in one two one; do s=0; jrun --image-name $i layout || s=$?; echo $i $s; done";
    for (int round = 0; round < 3; round++) {
      assertThat(dist.shell(work, names).out()).isEqualTo("one 0\ntwo 127\none 0\n");
    }
    Dist.Result foreign = dist.shell(work, "jrun --platform linux/riscv64 layout");
    assertThat(foreign.status()).isEqualTo(125);
    assertThat(foreign.err()).contains("linux/riscv64");
    // What is remembered of the file from a run without the option does not help.
    for (int round = 0; round < 2; round++) {
      Dist.Result only = dist.shell(work, "jrun --platform linux/riscv64 one.tar");
      assertThat(only.err())
          .isEqualTo("jrun: one.tar: is an image for linux/amd64, not for linux/riscv64\n");
      assertThat(only.status()).isEqualTo(125);
      assertThat(dist.shell(work, "jrun one.tar bash -c 'exit 3'").status()).isEqualTo(3);
    }
    assertThat(dist.shell(work, "jrun --platform linux/amd64 one.tar bash -c 'exit 4'").status())
        .isEqualTo(4);
    assertThat(dist.shell(work, "jrun --platform riscv64 layout").err())
        .isEqualTo(
            "jrun: --platform: platform 'riscv64' is not OS/ARCHITECTURE[/VARIANT], such as"
                + " linux/arm64; see 'jrun --help'\n");
  }

  @Test
  void whatIsNoImageIsNotTested() throws Exception {
    assertThat(test("absent.tar").status()).isEqualTo(3);
    Dist.Result result = dist.shell(work, "echo x >recipe; jbuild test recipe");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("jbuild test: recipe").hasLineCount(1);
  }
}
