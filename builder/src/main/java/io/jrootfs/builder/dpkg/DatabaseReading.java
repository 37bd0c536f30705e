package io.jrootfs.builder.dpkg;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * dpkg's database of a tree, read when it is needed, or before by a thread of its own: a thousand
 * files, of which nobody knows yet which matter, while the caller finds out.
 */
public final class DatabaseReading {
  private final Path directory;
  private @Nullable FutureTask<Read> begun;

  private DatabaseReading(Path directory) {
    this.directory = directory;
  }

  /** Of a tree; nothing is read yet. */
  public static DatabaseReading of(Sysroot sysroot) {
    return new DatabaseReading(sysroot.directory());
  }

  /**
   * What was read.
   *
   * @param lists of the files of the packages in {@code database}
   */
  record Read(DpkgDatabase database, FileLists lists) {}

  private Read read() throws IOException {
    // A view of a tree is for one thread at a time.
    DpkgDatabase database = DpkgDatabase.of(Sysroot.of(directory));
    return new Read(database, database.lists());
  }

  private Read readAhead() throws IOException {
    Read read = read();
    read.lists.keep();
    return read;
  }

  /** Begins to read. A failure is told to whoever needs what was read. */
  public void begin() {
    begun = new FutureTask<>(this::readAhead);
    Thread thread = new Thread(begun, "dpkg database");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * What there is, when it is there.
   *
   * @throws IOException if the database is there and cannot be read
   */
  Read get() throws IOException {
    return begun == null ? read() : resultOf(begun);
  }

  /** What a task made, or threw. */
  static <T> T resultOf(FutureTask<T> task) throws IOException {
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(task));
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      Throwables.throwIfInstanceOf(cause, IOException.class);
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }
}
