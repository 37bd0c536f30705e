package io.jrootfs.runner.state;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The directory of all records; whoever cannot have it is told that he may choose another. */
public final class RecordsDirectory {
  /** The environment variable that names it. */
  public static final String VARIABLE = "JRUN_STATE_DIR";

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private RecordsDirectory() {}

  /**
   * Makes it and a directory within it, as far as they are not there; those made are their owner's
   * only.
   *
   * @param records the directory of all records
   * @param within it, or the same
   * @throws FileSystemException if they cannot be made or written
   */
  public static void make(Path records, Path within) throws IOException {
    try {
      Files.createDirectories(within, PRIVATE);
    } catch (FileSystemException e) {
      FileSystemException failure = unusable(records, reason(e));
      failure.initCause(e);
      throw failure;
    }
    if (!Files.isWritable(within)) {
      throw unusable(records, "it cannot be written");
    }
  }

  private static FileSystemException unusable(Path records, String reason) {
    return new FileSystemException(
        records.toString(),
        null,
        "the records of containers cannot be kept there, "
            + reason
            + "; set "
            + VARIABLE
            + " to another directory");
  }

  /**
   * Makes a directory of one record, which is its owner's only, whosever the others are in.
   *
   * @throws IOException if it is there or cannot be made
   */
  static void makeOne(Path record) throws IOException {
    Files.createDirectory(record, PRIVATE);
  }

  /** The JDK's exceptions for the most frequent causes have no words of their own. */
  private static String reason(FileSystemException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is no directory";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "no directory can be made";
    }
    return e.getReason() == null ? e.toString() : e.getReason();
  }
}
