package io.jrootfs.runner.state;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A process, and no later one that got its number.
 *
 * @param pid its number
 * @param start when it was started, in clock ticks since the machine's start (proc(5), stat)
 */
public record ProcessIdentity(long pid, long start) {
  private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
  private static final Splitter COLUMNS = Splitter.on(' ').omitEmptyStrings();

  /** Fields behind the second one, which is in parentheses and may hold anything. */
  private static final int STATE = 0;

  private static final int START = 19;

  /**
   * The process that has a number now.
   *
   * @throws NoSuchFileException if none has
   */
  public static ProcessIdentity of(long pid) throws IOException {
    return new ProcessIdentity(pid, Long.parseLong(field(pid, START)));
  }

  /**
   * Reads number and start from the words of a text.
   *
   * @param first the index of the number
   * @throws IOException if they are not there
   */
  static ProcessIdentity parse(String text, int first) throws IOException {
    List<String> words = WORDS.splitToList(text);
    try {
      return new ProcessIdentity(
          Long.parseLong(words.get(first)), Long.parseLong(words.get(first + 1)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("'" + text.strip() + "' names no process", e);
    }
  }

  /** Whether it is still there, and no zombie. */
  public boolean isAlive() {
    try {
      return Long.parseLong(field(pid, START)) == start && !field(pid, STATE).equals("Z");
    } catch (IOException e) {
      return false; // it is gone, or has gone while we looked (ESRCH)
    }
  }

  private static String field(long pid, int index) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return COLUMNS.splitToList(stat.substring(stat.lastIndexOf(')') + 1).strip()).get(index);
  }
}
