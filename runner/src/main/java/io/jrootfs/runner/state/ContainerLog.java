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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a detached container has said, and goes on to say. */
public final class ContainerLog {
  private static final long PAUSE_MS = 50;

  private final Path directory;

  /**
   * @param directory the container's record
   */
  public ContainerLog(Path directory) {
    this.directory = directory;
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

  /** All that is kept, the oldest first. */
  public ImmutableList<LogEntry> entries() throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    List<BufferedReader> files = open();
    try {
      for (BufferedReader file : files) {
        readAll(file, new StringBuilder(), entries::add);
      }
    } finally {
      close(files);
    }
    return ImmutableList.copyOf(entries);
  }

  /**
   * All that is kept, and what comes until the container has ended or nobody wants more.
   *
   * @param isRunning asked when there is nothing more to read
   * @param reader takes an entry and says whether it wants another
   * @return whether it did to the end
   */
  public boolean follow(Running isRunning, Predicate<LogEntry> reader)
      throws IOException, InterruptedException {
    List<BufferedReader> files = open();
    try {
      for (BufferedReader file : files.subList(0, Math.max(0, files.size() - 1))) {
        if (!readAll(file, new StringBuilder(), reader)) {
          return false;
        }
      }
      return files.isEmpty() || followNewest(files.get(files.size() - 1), isRunning, reader);
    } finally {
      close(files);
    }
  }

  /** Whether a container may still say something. */
  @FunctionalInterface
  public interface Running {
    boolean isRunning() throws IOException;
  }

  /** When the launcher begins a new file, the one that we have open becomes an old one. */
  private boolean followNewest(BufferedReader first, Running isRunning, Predicate<LogEntry> reader)
      throws IOException, InterruptedException {
    BufferedReader newest = first;
    Object key = key();
    StringBuilder unfinished = new StringBuilder();
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

  /** The file that is begun anew while we look is there twice or not at all; then once more. */
  private List<BufferedReader> open() throws IOException {
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
    if (!before.equals(key())) {
      close(files);
      return open();
    }
    return Lists.reverse(files);
  }

  private static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  private static void close(List<BufferedReader> files) throws IOException {
    for (BufferedReader file : files) {
      file.close();
    }
  }

  /**
   * Up to the end of what is there; half a line waits for its other half.
   *
   * @return whether the reader wants more
   */
  private static boolean readAll(
      BufferedReader file, StringBuilder unfinished, Predicate<LogEntry> reader)
      throws IOException {
    for (int c = file.read(); c >= 0; c = file.read()) {
      if (c != '\n') {
        unfinished.append((char) c);
        continue;
      }
      Optional<LogEntry> entry = LogEntry.parse(unfinished.toString());
      unfinished.setLength(0);
      if (entry.isPresent() && !reader.test(entry.get())) {
        return false;
      }
    }
    return true;
  }
}
