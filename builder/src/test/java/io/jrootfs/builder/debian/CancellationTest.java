package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A build that is given up leaves no mount, no process, no directory and no output. */
class CancellationTest {
  /** Seconds that nobody else sleeps. */
  private static final String MARK = "98765" + ProcessHandle.current().pid();

  /** Of 50 ms, in which what was killed has gone; a hang shall be a failure. */
  private static final int LOOKS = 1200;

  /**
   * A bootstrap in the middle of everything: something is mounted, something else runs in the
   * background and makes new files, and nobody listens to signals.
   */
  private static final String BUSY =
      """
      trap '' INT TERM HUP
      for argument; do case $argument in */root) target=$argument;; esac; done
      mkdir -p "$target/proc" "$target/mnt" "$target/files"
      mount -t proc proc "$target/proc" && mount -t tmpfs tmpfs "$target/mnt" || exit 99
      setsid sleep "$MARK" &
      (i=0; while :; do i=$((i + 1)); mkdir -p "$target/files/$i"; done) &
      while [ ! -d "$target/files/100" ]; do :; done
      touch "$STARTED"
      wait
      """;

  @TempDir Path work;
  private FakeHost fake;
  private Path place;

  @BeforeEach
  void makeHost() throws IOException {
    fake = new FakeHost(work);
    fake.program(
        "debootstrap", "STARTED=" + work.resolve("started") + "\nMARK=" + MARK + "\n" + BUSY);
    place = Files.createDirectory(work.resolve("place"));
  }

  private Process begin() throws Exception {
    Path started = work.resolve("started");
    ProcessBuilder builder =
        new ProcessBuilder(
                // Whoever runs the tests may ignore signals, and the JVM then would, too.
                "env",
                "--default-signal",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.jrootfs.builder.cli.Main",
                "rootfs",
                "--debootstrap",
                "bookworm",
                "--bootstrap-tool",
                "debootstrap",
                "-o",
                place.resolve("out.tar").toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile());
    builder.environment().put("PATH", fake.programs() + ":/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("TMPDIR", fake.temporary().toString());
    builder.environment().put("JBUILD_CACHE_DIR", fake.cache().toString());
    Process build = builder.start();
    while (!Files.exists(started)) {
      assertThat(build.isAlive()).as(output()).isTrue();
      Thread.sleep(20);
    }
    return build;
  }

  private String output() throws IOException {
    return Files.readString(work.resolve("output"));
  }

  private void assertNothingRuns() throws Exception {
    // Killed processes need a moment to be gone; one that was not killed would stay for years.
    for (int look = 0; look < LOOKS && !sleepers().isEmpty(); look++) {
      Thread.sleep(50);
    }
    assertThat(sleepers()).isEmpty();
    // Nothing found is grep's failure, and who ends meanwhile cat's.
    assertThat(
            ExternalTool.shell(
                work, "cat /proc/[0-9]*/mountinfo 2>/dev/null | grep -F " + work + " || true"))
        .isEmpty();
  }

  /** Nobody found is pgrep's failure. */
  private String sleepers() throws Exception {
    return ExternalTool.shell(work, "pgrep -f '^sleep " + MARK + "' || true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aSignalEndsItWithoutATrace(String signal) throws Exception {
    Process build = begin();
    ExternalTool.run(work, "kill", "-" + signal, Long.toString(build.pid()));

    assertThat(build.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(build.exitValue()).isGreaterThan(128);
    assertThat(output()).doesNotContain("failed", "Exception", "ended with");
    assertThat(fake.temporary()).isEmptyDirectory();
    assertThat(place).isEmptyDirectory();
    assertNothingRuns();
  }

  @Test
  void evenKilledItLeavesNoProcessAndNoMount() throws Exception {
    Process build = begin();
    build.destroyForcibly().waitFor();
    assertNothingRuns();
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void aTerminalsInterruptDoesNotReachTheToolBeforeUs() throws Exception {
    Process build = begin();
    try {
      String session =
          ExternalTool.shell(
              work, "ps -o sid= -p $(pgrep -f '^unshare .*" + work + "') | tr -d ' '");
      assertThat(session.strip())
          .isNotEqualTo(
              ExternalTool.run(work, "ps", "-o", "sid=", "-p", Long.toString(build.pid())).strip());
    } finally {
      build.destroy();
      build.waitFor();
    }
  }
}
