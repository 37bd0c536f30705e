package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
    return Files.exists(file(0));
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

  private Path file(int age) {
    return directory.resolve(age == 0 ? "log" : "log." + age);
  }

  /** As many lines as are kept. */
  public static final int ALL = Integer.MAX_VALUE;

  /**
   * What is kept, the oldest first.
   *
   * @param lines no more than the last so many, or {@link #ALL}
   */
  public ImmutableList<LogEntry> entries(int lines) throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    Opened opened = open();
    try {
      for (BufferedReader file : opened.files()) {
        readAll(file, new StringBuilder(), entries::add);
      }
    } finally {
      opened.close();
    }
    return last(entries, lines);
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
    Predicate<LogEntry> first = lines == ALL ? reader : kept::add;
    StringBuilder unfinished = new StringBuilder();
    Opened opened = open();
    try {
      for (BufferedReader file : opened.files()) {
        unfinished.setLength(0);
        if (!readAll(file, unfinished, first)) {
          return false;
        }
      }
      return last(kept, lines).stream().allMatch(reader)
          && followNewest(opened, unfinished, isRunning, reader);
    } finally {
      opened.close();
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

  /** Whether a container may still say something. */
  @FunctionalInterface
  public interface Running {
    boolean isRunning() throws IOException;
  }

  /** When the launcher begins a new file, the one that we have open becomes an old one. */
  private boolean followNewest(
      Opened opened, StringBuilder unfinished, Running isRunning, Predicate<LogEntry> reader)
      throws IOException, InterruptedException {
    if (opened.files().isEmpty()) {
      return true;
    }
    BufferedReader first = opened.files().get(opened.files().size() - 1);
    BufferedReader newest = first;
    Object key = opened.newest();
    try {
      while (true) {
        boolean runs = isRunning.isRunning();
        Object now = key();
        if (!readAll(newest, unfinished, reader)) {
          return false;
        }
        if (!now.equals(key) && !now.equals("")) {
          BufferedReader begun;
          try {
            begun = reader(file(0));
          } catch (NoSuchFileException e) {
            continue; // that one is an old one already, or its record has gone
          }
          if (newest != first) {
            newest.close();
          }
          newest = begun;
          key = now;
        } else if (!runs) {
          return true;
        } else {
          Thread.sleep(PAUSE_MS);
        }
      }
    } finally {
      if (newest != first) {
        newest.close();
      }
    }
  }

  private Object key() throws IOException {
    try {
      return Files.getAttribute(file(0), "unix:ino");
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /**
   * The files as they were at one moment.
   *
   * @param files the oldest first
   * @param newest the key of the last one
   */
  private record Opened(ImmutableList<BufferedReader> files, Object newest) {
    void close() throws IOException {
      for (BufferedReader file : files) {
        file.close();
      }
    }
  }

  /** The file that is begun anew while we look is there twice or not at all; then once more. */
  private Opened open() throws IOException {
    List<BufferedReader> files = new ArrayList<>();
    Object before = key();
    for (int age = 0; age == 0 || Files.exists(file(age)); age++) {
      try {
        files.add(reader(file(age)));
      } catch (NoSuchFileException e) {
        if (age == 0) {
          break;
        }
      }
    }
    Opened opened = new Opened(ImmutableList.copyOf(Lists.reverse(files)), before);
    if (!before.equals(key())) {
      opened.close();
      return open();
    }
    return opened;
  }

  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  /**
   * Up to the end of what is there; half a line waits for its other half.
   *
   * @return whether the reader wants more
   */
  private boolean readAll(BufferedReader file, StringBuilder unfinished, Predicate<LogEntry> reader)
      throws IOException {
    for (int c = file.read(); c >= 0; c = file.read()) {
      if (c != '\n') {
        unfinished.append((char) c);
        continue;
      }
      Optional<LogEntry> entry = LogEntry.parse(unfinished.toString());
      unfinished.setLength(0);
      if (entry.isPresent() && !entry.get().isBefore(since) && !reader.test(entry.get())) {
        return false;
      }
    }
    return true;
  }
}
