package io.jrootfs.builder.trial;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The first words of a process that may say any amount; the rest is read and forgotten. */
final class OutputStart {
  /** More than a message shows. */
  private static final int KEPT = 4096;

  private final StringBuilder text = new StringBuilder();
  private final Thread reader;

  private OutputStart(InputStream output) {
    this.reader = new Thread(() -> read(output), "output");
    reader.setDaemon(true);
  }

  /** Reads from now on. */
  static OutputStart of(Process process) {
    OutputStart output = new OutputStart(process.getInputStream());
    output.reader.start();
    return output;
  }

  private void read(InputStream output) {
    byte[] buffer = new byte[8192];
    try (output) {
      for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
        synchronized (text) {
          int room = Math.min(count, KEPT - text.length());
          text.append(new String(buffer, 0, room, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      return; // The process was ended, and its output with it.
    }
  }

  /** What a process said that has ended, one character a byte. */
  String text() throws InterruptedException {
    // A process that the command left behind may hold the output open.
    reader.join(1000);
    synchronized (text) {
      return text.toString();
    }
  }
}
