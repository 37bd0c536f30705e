package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a log as they were at one moment. As long as one is open no other has its inode, by
 * which it is known again when its name is another's.
 *
 * @param all the oldest first
 */
record LogFiles(ImmutableList<LogFile> all) implements Closeable {

  /**
   * One of them.
   *
   * @param inode its number, {@link #ABSENT} if it has gone
   * @param reader where we are in it
   */
  record LogFile(long inode, BufferedReader reader) {}

  /** The inode of a file that is not there. */
  static final long ABSENT = 0;

  /** The file that is begun anew while we look is there twice or not at all; then once more. */
  static LogFiles open(Path directory) throws IOException {
    List<LogFile> files = new ArrayList<>();
    long before = newest(directory);
    for (int age = 0; age == 0 || Files.exists(file(directory, age)); age++) {
      Path file = file(directory, age);
      try {
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
        files.add(new LogFile(inode(file), reader));
      } catch (NoSuchFileException e) {
        if (age == 0) {
          break;
        }
      }
    }
    LogFiles opened = new LogFiles(ImmutableList.copyOf(Lists.reverse(files)));
    if (before != newest(directory)) {
      opened.close();
      return open(directory);
    }
    return opened;
  }

  /** The one that is, or was, written to. */
  LogFile newest() {
    return all.get(all.size() - 1);
  }

  /** Those that were begun after one that is open elsewhere; the others are closed. */
  LogFiles after(LogFile one) throws IOException {
    int known = Lists.transform(all, LogFile::inode).indexOf(one.inode());
    for (LogFile file : all.subList(0, known + 1)) {
      file.reader().close();
    }
    return new LogFiles(all.subList(known + 1, all.size()));
  }

  /** The inode of the one that is written to, or {@link #ABSENT} at this moment. */
  static long newest(Path directory) throws IOException {
    return inode(file(directory, 0));
  }

  static Path file(Path directory, int age) {
    return directory.resolve(age == 0 ? "log" : "log." + age);
  }

  private static long inode(Path file) throws IOException {
    try {
      return (long) Files.getAttribute(file, "unix:ino");
    } catch (NoSuchFileException e) {
      return ABSENT;
    }
  }

  @Override
  public void close() throws IOException {
    for (LogFile file : all) {
      file.reader().close();
    }
  }
}
