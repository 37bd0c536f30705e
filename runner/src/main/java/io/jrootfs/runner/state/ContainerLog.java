package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.state.LogFiles.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a detached container has said, and goes on to say. */
public final class ContainerLog {
  /** As many lines as are kept. */
  public static final int ALL = Integer.MAX_VALUE;

  private static final long PAUSE_MS = 50;

  private final Path directory;
  private final Instant since;

  /**
   * @param directory the container's record
   */
  public ContainerLog(Path directory) {
    this(directory, Instant.MIN);
  }

  private ContainerLog(Path directory, Instant since) {
    this.directory = directory;
    this.since = since;
  }

  /** What it has said at some time or later. */
  public ContainerLog since(Instant time) {
    return new ContainerLog(directory, time);
  }

  /** Whether anything is kept. */
  public boolean exists() {
    return Files.exists(LogFiles.file(directory, 0));
  }

  /**
   * How many lines there was no room for, or not for all of one, when they were said.
   *
   * @throws IOException if the count cannot be read
   */
  public long lost() throws IOException {
    Path file = directory.resolve("lost");
    try {
      return Long.parseLong(SmallFile.text(file).strip());
    } catch (NoSuchFileException e) {
      return 0; // of a version that did not count
    } catch (NumberFormatException e) {
      throw new IOException(file + ": is no number", e);
    }
  }

  /**
   * What is kept, the oldest first.
   *
   * @param lines no more than the last so many, or {@link #ALL}
   */
  public ImmutableList<LogEntry> entries(int lines) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    try (LogFiles files = LogFiles.open(directory)) {
      boolean unused = readAll(files, new StringBuilder(), entries::add);
    }
    return last(entries, lines);
  }

  /** Whether a container may still say something. */
  @FunctionalInterface
  public interface Running {
    boolean isRunning() throws IOException;
  }

  /**
   * What is kept, and what comes until the container has ended or nobody wants more.
   *
   * @param lines of what is kept no more than the last so many, or {@link #ALL}
   * @param isRunning asked when there is nothing more to read
   * @param reader takes an entry and says whether it wants another
   * @return whether it did to the end
   */
  public boolean follow(int lines, Running isRunning, Predicate<LogEntry> reader)
      throws IOException, InterruptedException {
    List<LogEntry> kept = new ArrayList<>();
    StringBuilder half = new StringBuilder();
    LogFiles files = LogFiles.open(directory);
    try {
      if (!readAll(files, half, lines == ALL ? reader : kept::add)
          || !last(kept, lines).stream().allMatch(reader)) {
        return false;
      }
      while (!files.all().isEmpty()) {
        LogFile newest = files.newest();
        if (!followOne(newest, half, isRunning, reader)) {
          return false;
        }
        // While it was read several may have been begun.
        LogFiles later = LogFiles.open(directory).after(newest);
        files.close();
        files = later;
        if (!readAll(files, half, reader)) {
          return false;
        }
      }
      return true;
    } finally {
      files.close();
    }
  }

  /** A line can be in parts, and the last one may have no end yet. */
  private static ImmutableList<LogEntry> last(List<LogEntry> entries, int lines) {
    int found = 0;
    int first = entries.size();
    for (; first > 0; first--) {
      boolean endsLine = first == entries.size() || entries.get(first - 1).isWhole();
      if (endsLine && found++ == lines) {
        break;
      }
    }
    return ImmutableList.copyOf(entries.subList(first, entries.size()));
  }

  /**
   * Reads on until another file is begun, or the container has ended and there is none.
   *
   * @return whether the reader wants more
   */
  private boolean followOne(
      LogFile newest, StringBuilder half, Running isRunning, Predicate<LogEntry> reader)
      throws IOException, InterruptedException {
    while (true) {
      boolean runs = isRunning.isRunning();
      long now = LogFiles.newest(directory);
      if (!readAll(newest, half, reader)) {
        return false;
      }
      boolean hasSuccessor = now != newest.inode() && now != LogFiles.ABSENT;
      if (hasSuccessor || !runs) {
        return true;
      }
      Thread.sleep(PAUSE_MS);
    }
  }

  /** One after the other; the last one may end in the first half of a line. */
  private boolean readAll(LogFiles files, StringBuilder half, Predicate<LogEntry> reader)
      throws IOException {
    for (LogFile file : files.all()) {
      half.setLength(0);
      if (!readAll(file, half, reader)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Up to the end of what is there; half a line waits for its other half.
   *
   * @return whether the reader wants more
   */
  private boolean readAll(LogFile file, StringBuilder half, Predicate<LogEntry> reader)
      throws IOException {
    for (int c = file.reader().read(); c >= 0; c = file.reader().read()) {
      if (c != '\n') {
        half.append((char) c);
        continue;
      }
      Optional<LogEntry> entry = LogEntry.parse(half.toString());
      half.setLength(0);
      if (entry.isPresent() && !entry.get().isBefore(since) && !reader.test(entry.get())) {
        return false;
      }
    }
    return true;
  }
}
