package io.jrootfs.runner.state;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.StringTokenizer;

/**
 * A process, and no later one that got its number.
 *
 * @param pid its number
 * @param start when it was started, in clock ticks since the machine's start (proc(5), stat)
 */
public record ProcessIdentity(long pid, long start) {
  /** Fields behind the second one, which is in parentheses and may hold anything. */
  private static final int STATE = 0;

  private static final int START = 19;

  /**
   * The process that has a number now.
   *
   * @throws NoSuchFileException if none has
   */
  public static ProcessIdentity of(long pid) throws IOException {
    return new ProcessIdentity(pid, Long.parseLong(field(stat(pid), START)));
  }

  /**
   * Reads number and start from the words of a text.
   *
   * @param first the index of the number
   * @throws IOException if they are not there
   */
  static ProcessIdentity parse(String text, int first) throws IOException {
    StringTokenizer words = new StringTokenizer(text);
    try {
      for (int i = 0; i < first; i++) {
        words.nextToken();
      }
      return new ProcessIdentity(
          Long.parseLong(words.nextToken()), Long.parseLong(words.nextToken()));
    } catch (NumberFormatException | NoSuchElementException e) {
      throw new IOException("'" + text.strip() + "' names no process", e);
    }
  }

  /** Whether it is still there, and no zombie. */
  public boolean isAlive() {
    try {
      String stat = stat(pid);
      return Long.parseLong(field(stat, START)) == start && !field(stat, STATE).equals("Z");
    } catch (IOException e) {
      return false; // it is gone, or has gone while we looked (ESRCH)
    }
  }

  private static String stat(long pid) throws IOException {
    return SmallFile.text(Path.of("/proc/" + pid + "/stat"));
  }

  /** Spaces separate fields, one each: fs/proc/array.c, do_task_stat. */
  private static String field(String stat, int index) {
    int begin = stat.lastIndexOf(')') + 2;
    for (int i = 0; i < index; i++) {
      begin = stat.indexOf(' ', begin) + 1;
    }
    return stat.substring(begin, stat.indexOf(' ', begin));
  }
}
