package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.PrintWriter;
import java.io.StringWriter;
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

  private record Result(int status, String out, String err) {}

  private static Result jbuild(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Jbuild.run(
            ImmutableList.copyOf(arguments),
            new Console(
                new PrintWriter(out),
                new PrintWriter(err),
                ENVIRONMENT,
                /* errIsTerminal= */ false));
    return new Result(status, out.toString(), err.toString());
  }

  @BeforeEach
  void imageOfTwoPrograms() {
    image = directory.resolve("image.tar").toString();
    Result built = jbuild("rootfs", "-q", "--add", "bash,ls", "-o", image);
    assertThat(built).isEqualTo(new Result(0, "", ""));
  }

  @Test
  void anImageOfOursIsGood() {
    Result result = jbuild("check", image);
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
      Result result = jbuild("check", broken);
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.out())
          .startsWith("libtinfo.so.6, needed by /usr/bin/bash, was not found; searched ")
          .hasLineCount(1);
      assertThat(result.err())
          .isEqualTo(broken + ": 1 programs, 2 libraries, 0 scripts; problems: 1\n");
    }
  }

  @Test
  void theImageOfThatNameIsMeant() {
    Result other = jbuild("check", "--image-name", "other", image);
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
            new Result(
                2, "", "jbuild check: give the IMAGE to check. See 'jbuild check --help'.\n"));
  }

  @Test
  void theReasonsOfAProgramAreThoseItHasInAnImage() {
    Result program = jbuild("why", "bash", "libtinfo.so.6");
    assertThat(program.status()).isZero();
    assertThat(program.out())
        .startsWith("bash => /usr/bin/bash [requested]\n  libtinfo.so.6 => ")
        .hasLineCount(2);
    assertThat(jbuild("closure", "--why", "libtinfo.so.6", "bash", "ls")).isEqualTo(program);

    Result inImage = jbuild("why", image, "libtinfo.so.6");
    assertThat(inImage.status()).as(inImage.err()).isZero();
    assertThat(inImage.out())
        .startsWith("/usr/bin/bash [requested]\n  libtinfo.so.6 => ")
        .hasLineCount(2);
  }

  @Test
  void whatNothingNeedsHasNoReason() {
    Result result = jbuild("why", image, "/etc/passwd");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).startsWith("jbuild why: nothing needs /etc/passwd; ").hasLineCount(1);
  }

  @Test
  void advicePrintsOnceBehindTheTreeAndNotWhenQuiet() {
    Result talkative = jbuild("closure", "bash");
    assertThat(talkative.err())
        .contains("note: /usr/bin/bash may call getaddrinfo, ", "--with nss adds what that takes");
    assertThat(jbuild("closure", "-q", "bash")).isEqualTo(new Result(0, talkative.out(), ""));
  }

  @Test
  void adviceThatIsHeededIsNotGivenAgain(@TempDir Path work) {
    String output = work.resolve("image.tar").toString();
    assertThat(jbuild("rootfs", "--add", "bash", "-o", output).err()).contains("getaddrinfo");
    assertThat(jbuild("rootfs", "--add", "bash", "--with", "nss", "-o", output).err())
        .doesNotContain("getaddrinfo");
  }
}
