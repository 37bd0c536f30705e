package io.jrootfs.builder.cli;

import io.jrootfs.builder.rootfs.RefusedAttributeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What a user is told of an exception.
 *
 * <p>Three kinds only: checked exceptions are the request's, {@link IOException}s the
 * environment's, unchecked ones ours.
 *
 * @param exitCode the kind
 * @param sentence one sentence, without the command's name
 */
record Failure(ExitCode exitCode, String sentence) {
  static Failure of(Exception e) {
    if (e instanceof RefusedAttributeException) {
      return new Failure(ExitCode.REQUEST, message(e));
    }
    if (e instanceof IOException io) {
      return new Failure(ExitCode.ENVIRONMENT, sentence(io));
    }
    if (e instanceof UncheckedIOException && e.getCause() instanceof IOException io) {
      return new Failure(ExitCode.ENVIRONMENT, sentence(io));
    }
    if (e instanceof RuntimeException) {
      return new Failure(
          ExitCode.BUG,
          "this is a defect of jbuild, please report it with the following lines: " + e);
    }
    return new Failure(ExitCode.REQUEST, message(e));
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }

  /** The JDK's own messages are often a bare path; the class says what happened. */
  private static String sentence(IOException e) {
    if (!(e instanceof FileSystemException system) || system.getReason() != null) {
      return message(e);
    }
    String file = system.getFile();
    if (e instanceof NoSuchFileException) {
      return file + ": no such file or directory";
    }
    if (e instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return file + ": exists already";
    }
    if (e instanceof NotDirectoryException) {
      return file + ": not a directory";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return file + ": the directory is not empty";
    }
    if (e instanceof FileSystemLoopException) {
      return file + ": too many symbolic links";
    }
    return message(e);
  }
}
