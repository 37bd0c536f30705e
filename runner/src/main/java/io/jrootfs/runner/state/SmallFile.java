package io.jrootfs.runner.state;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files of some hundred bytes, of which {@code jrun ps} reads half a dozen for each container. It
 * does so in a JVM that has just started, where what {@link Files} does for one, in the
 * interpreter, takes several times as long as the system calls.
 */
final class SmallFile {
  private static final int USUAL = 2048;

  private SmallFile() {}

  /**
   * All of a file.
   *
   * @throws NoSuchFileException if it is not there
   */
  static byte[] bytes(Path file) throws IOException {
    try (FileInputStream in = new FileInputStream(file.toString())) {
      byte[] part = new byte[USUAL];
      ByteArrayOutputStream all = new ByteArrayOutputStream(USUAL);
      int got;
      while ((got = in.read(part)) >= 0) {
        all.write(part, 0, got);
      }
      return all.toByteArray();
    } catch (FileNotFoundException e) {
      // Whatever has kept it from being opened: this says which it was.
      return Files.readAllBytes(file);
    }
  }

  /**
   * All of a file that is text in UTF-8.
   *
   * @throws NoSuchFileException if it is not there
   */
  static String text(Path file) throws IOException {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }
}
