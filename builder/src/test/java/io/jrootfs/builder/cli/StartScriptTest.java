package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which Java {@code bin/jbuild} starts. Each case runs in a mount namespace of its own, where
 * /usr/lib/jvm holds what the case puts there; needs root.
 */
class StartScriptTest {
  @TempDir Path dist;

  @BeforeEach
  void assemble() throws IOException {
    Path scripts = Path.of("src/main/sh");
    Files.createDirectories(dist.resolve("bin"));
    Files.createDirectories(dist.resolve("lib"));
    Files.copy(scripts.resolve("start-java.sh"), dist.resolve("lib/start-java.sh"));
    Files.copy(scripts.resolve("jbuild"), dist.resolve("bin/jbuild"));
  }

  private record Outcome(int status, String out, String err) {}

  /** Runs {@code script} after /usr/lib/jvm became empty; {@code jdk NAME VERSION} fills it. */
  private Outcome run(String script) throws IOException, InterruptedException {
    String prelude =
        """
        mount -t tmpfs none /usr/lib/jvm
        jdk() {
          mkdir -p "$1/bin"
          printf 'IMPLEMENTOR="x"\\nJAVA_VERSION="%s"\\n' "$2" >"$1/release"
          printf '#!/bin/sh\\necho "%s $*"\\n' "$1" >"$1/bin/java"
          chmod +x "$1/bin/java"
        }
        unset JAVA_HOME JBUILD_JAVA
        cd /
        """;
    Path err = Files.createTempFile(dist, "err", "");
    Process process =
        new ProcessBuilder(
                ImmutableList.of(
                    "unshare", "--mount", "sh", "-euc", prelude + script, dist.toString()))
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }

  @Test
  void theNewestInstalledJdkIsStarted() throws Exception {
    Outcome outcome =
        run(
            """
            jdk /usr/lib/jvm/a 9.0.1; jdk /usr/lib/jvm/b 25.0.1; jdk /usr/lib/jvm/c 17.0.15
            sh "$0/bin/jbuild" --version
            """);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .startsWith("/usr/lib/jvm/b ")
        .contains("-jar " + dist + "/lib/jrootfs-builder-")
        .endsWith(" --version\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'', true",
    "--version, true",
    "closure bash, true",
    "rootfs --add bash -o image.tar, true",
    "rootfs --add bash --copy=/srv, false",
    "rootfs --copy /srv --format oci, false",
    "rootfs --copy /srv --format=rootfs, true",
    "rootfs --format dir --copy /srv, true",
    "rootfs --format dir --copy /srv --from image.tar, false",
    "rootfs --debootstrap bookworm, false",
    "rootfs -t name --from image.tar, false",
    "check image.tar, false",
    "push image.tar name, false",
  })
  void oneCompilerIsForShortWorkBothForLong(String arguments, boolean isShort) throws Exception {
    Outcome outcome = run("jdk /usr/lib/jvm/b 25.0.1; sh \"$0/bin/jbuild\" " + arguments);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out().contains(" -XX:TieredStopAtLevel=1 ")).isEqualTo(isShort);
    assertThat(outcome.out().contains(" -XX:Tier4InvocationThreshold=")).isNotEqualTo(isShort);
    assertThat(outcome.out().strip()).endsWith(arguments);
  }

  @Test
  void javaHomeWinsOverANewerOne() throws Exception {
    Outcome outcome =
        run(
            """
            jdk /usr/lib/jvm/b 25.0.1; jdk /usr/lib/jvm/c 17.0.15
            JAVA_HOME=/usr/lib/jvm/c sh "$0/bin/jbuild"
            """);
    assertThat(outcome.out()).startsWith("/usr/lib/jvm/c ");
  }

  @Test
  void aJavaHomeThatIsTooOldOrGoneIsPassedOver() throws Exception {
    Outcome outcome =
        run(
            """
            jdk /usr/lib/jvm/b 25.0.1; jdk /usr/lib/jvm/old 11.0.2
            JAVA_HOME=/usr/lib/jvm/old sh "$0/bin/jbuild"
            JAVA_HOME=/usr/lib/jvm/gone sh "$0/bin/jbuild"
            """);
    assertThat(outcome.out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("/usr/lib/jvm/b "));
  }

  @Test
  void jbuildJavaWinsOverAll() throws Exception {
    Outcome outcome =
        run(
            """
            jdk /usr/lib/jvm/b 25.0.1; jdk /usr/lib/jvm/old 11.0.2
            JBUILD_JAVA=/usr/lib/jvm/old JAVA_HOME=/usr/lib/jvm/b sh "$0/bin/jbuild"
            JBUILD_JAVA=/usr/lib/jvm/old/bin/java sh "$0/bin/jbuild"
            """);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("/usr/lib/jvm/old "));
  }

  /** Its version is not known: no JDK's "release" file stands beside it. */
  @Test
  void aJavaProgramOutsideAJdkMayBeChosen() throws Exception {
    Outcome outcome =
        run(
            """
            jdk /usr/lib/jvm/b 25.0.1; mv /usr/lib/jvm/b/bin/java /usr/lib/jvm/java
            JBUILD_JAVA=/usr/lib/jvm/java sh "$0/bin/jbuild" closure bash
            """);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out()).endsWith(" closure bash\n");
  }

  @Test
  void aJbuildJavaThatIsNoneIsAnError() throws Exception {
    Outcome outcome = run("JBUILD_JAVA=/etc sh \"$0/bin/jbuild\"");
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.err())
        .isEqualTo(
            "jbuild: JBUILD_JAVA is set to '/etc', which is neither a java program nor a JDK's"
                + " directory\n");
  }

  @Test
  void javaInPathIsTheLastResort() throws Exception {
    Outcome outcome =
        run(
            """
            mount -t tmpfs none /mnt; jdk /mnt/j 21
            PATH=/mnt/j/bin:/usr/bin:/bin sh "$0/bin/jbuild"
            """);
    assertThat(outcome.out()).startsWith("/mnt/j ");
  }

  @Test
  void withoutAnyJavaItSaysWhatToInstall() throws Exception {
    Outcome outcome =
        run(
            """
            mount -t tmpfs none /mnt
            for tool in sh readlink dirname sed; do ln -s "$(command -v $tool)" /mnt/$tool; done
            PATH=/mnt sh "$0/bin/jbuild"
            """);
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.err()).hasLineCount(1).contains("apt-get install").contains("17 or later");
  }

  @Test
  void aJavaInPathThatIsTooOldIsLikeNone() throws Exception {
    Outcome outcome =
        run(
            """
            mount -t tmpfs none /mnt; jdk /mnt/j 11.0.2; ln -s j/bin /mnt/bin
            PATH=/mnt/bin:/usr/bin:/bin sh "$0/bin/jbuild"
            """);
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).hasLineCount(1).contains("no Java 17 or later", "apt-get install");
  }

  @Test
  void aLinkToTheScriptFindsItsLibraries() throws Exception {
    Outcome outcome =
        run(
            """
            mount -t tmpfs none /mnt; jdk /usr/lib/jvm/b 25
            ln -s "$0/bin/jbuild" /mnt/jbuild
            sh /mnt/jbuild
            """);
    assertThat(outcome.out()).contains("-jar " + dist + "/lib/");
  }
}
