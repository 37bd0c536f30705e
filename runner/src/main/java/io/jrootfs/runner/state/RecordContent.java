package io.jrootfs.runner.state;

import io.jrootfs.builder.console.FileFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a file of a record says. One command reads the records of many containers: of one that is
 * damaged the user is told which it is.
 *
 * @param <F> what the file is read as, such as bytes
 * @param <T> what that says
 */
@FunctionalInterface
interface RecordContent<F, T> {
  /**
   * Takes it apart.
   *
   * @throws IOException if it is nothing that was written so
   */
  T of(F content) throws IOException;

  /**
   * Reads a file.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException with the file's name if it is nothing that was written so
   */
  static <T> T ofBytes(Path file, RecordContent<byte[], T> content) throws IOException {
    return named(file, SmallFile.bytes(file), content);
  }

  /**
   * Reads a file that is text in UTF-8.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException with the file's name if it is nothing that was written so
   */
  static <T> T ofText(Path file, RecordContent<String, T> content) throws IOException {
    return named(file, SmallFile.text(file), content);
  }

  private static <F, T> T named(Path file, F read, RecordContent<F, T> content) throws IOException {
    try {
      return content.of(read);
    } catch (IOException e) {
      throw new IOException(
          file
              + ": "
              + FileFailures.message(e)
              + "; this record is damaged: if nothing of its container runs, remove the directory "
              + file.getParent(),
          e);
    }
  }
}
