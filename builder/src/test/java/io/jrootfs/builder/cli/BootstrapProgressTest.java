package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is seen of long work in each style. */
class BootstrapProgressTest {
  private static String shown(ProgressStyle style, boolean isTerminal, boolean verbose) {
    StringWriter text = new StringWriter();
    try (BootstrapProgress progress =
        new BootstrapProgress("jbuild rootfs", new PrintWriter(text), style, isTerminal, verbose)) {
      progress.accept(new Progress("Downloading", 0, 1000));
      progress.accept(new Progress("Downloading", 1, 1000));
      progress.accept(new Note("curl"));
      progress.accept(new Progress("Downloading", 500, 1000));
      progress.accept(new Warning("retrying \"x\""));
      progress.accept(new Progress("Cleaning", 0, 0));
    }
    return text.toString();
  }

  @Test
  void aTerminalHasABarThatChangesWithEachPercentAndIsGoneInTheEnd() {
    assertThat(shown(ProgressStyle.AUTO, /* isTerminal= */ true, /* verbose= */ false))
        .isEqualTo(
            "\r\u001b[K[........................]   0% Downloading"
                + "\r\u001b[K[############............]  50% Downloading"
                + "\r\u001b[Kjbuild rootfs: warning: retrying \"x\"\n"
                + "\r\u001b[KCleaning ..."
                + "\r\u001b[K");
  }

  @Test
  void whateverElseHasALineWhenSomethingBegins() {
    String plain = "Downloading\njbuild rootfs: warning: retrying \"x\"\nCleaning\n";
    assertThat(shown(ProgressStyle.AUTO, /* isTerminal= */ false, /* verbose= */ false))
        .isEqualTo(plain);
    assertThat(shown(ProgressStyle.PLAIN, /* isTerminal= */ true, /* verbose= */ false))
        .isEqualTo(plain);
  }

  @Test
  void verboseShowsEachDetail() {
    assertThat(shown(ProgressStyle.PLAIN, /* isTerminal= */ false, /* verbose= */ true))
        .startsWith("Downloading\n  curl\n");
  }

  @Test
  void programsReadAnObjectALine() {
    assertThat(shown(ProgressStyle.JSON, /* isTerminal= */ true, /* verbose= */ false))
        .isEqualTo(
            """
            {"stage":"Downloading","done":0,"total":1000}
            {"stage":"Downloading","done":1,"total":1000}
            {"note":"curl"}
            {"stage":"Downloading","done":500,"total":1000}
            {"warning":"retrying \\"x\\""}
            {"stage":"Cleaning"}
            """);
  }

  @Test
  void noneIsNothing() {
    assertThat(shown(ProgressStyle.NONE, /* isTerminal= */ true, /* verbose= */ true)).isEmpty();
  }
}
