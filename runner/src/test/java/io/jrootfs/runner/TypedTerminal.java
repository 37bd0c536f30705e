package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A terminal, made by script(1), on which a shell script runs and somebody types. */
final class TypedTerminal implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final StringBuilder shown = new StringBuilder();
  private int seen;

  /**
   * @param script of bash
   */
  TypedTerminal(Path work, String script) throws IOException {
    process =
        new ProcessBuilder("env", "SHELL=/bin/bash", "script", "-qec", script, "/dev/null")
            .directory(work.toFile())
            .start();
    Thread reader = new Thread(() -> read(process.getInputStream()));
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream output) {
    byte[] bytes = new byte[4096];
    try {
      for (int got = output.read(bytes); got >= 0; got = output.read(bytes)) {
        synchronized (shown) {
          shown.append(new String(bytes, 0, got, StandardCharsets.ISO_8859_1).replace("\r", ""));
        }
      }
    } catch (IOException e) {
      // Closed: there is nothing more to see.
    }
  }

  /** Types, without a line's end. */
  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    process.getOutputStream().flush();
  }

  /** Makes it another size, as whoever draws its window does. */
  void resize(int rows, int columns) throws Exception {
    long shell = process.children().findFirst().orElseThrow().pid();
    Path terminal = Files.readSymbolicLink(Path.of("/proc/" + shell + "/fd/0"));
    Installation.check(
        Installation.execute(
            Path.of("/"),
            ImmutableMap.of(),
            List.of(
                "stty", "-F", terminal.toString(), "rows", "" + rows, "columns", "" + columns)));
  }

  /** Waits until something is shown behind what was waited for last. */
  void expect(String text) throws Exception {
    LivingContainers.await(
        "'" + text + "' is shown in: " + text(),
        () -> {
          synchronized (shown) {
            int at = shown.indexOf(text, seen);
            seen = at < 0 ? seen : at + text.length();
            return at >= 0;
          }
        });
  }

  /** All that was shown. */
  String text() {
    synchronized (shown) {
      return shown.toString();
    }
  }

  /** Is gone, as a window that is closed or a connection that breaks. */
  void lose() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The exit status of the script, which must end. */
  int await() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(text()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
