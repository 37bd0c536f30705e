package io.jrootfs.builder.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Sentences about files with which something went wrong. */
public final class FileFailures {
  private FileFailures() {}

  /** The JDK's own messages are often a bare path; the class says what happened. */
  public static String sentence(IOException e) {
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

  /** What an exception says, or which it is if it says nothing. */
  public static String message(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
