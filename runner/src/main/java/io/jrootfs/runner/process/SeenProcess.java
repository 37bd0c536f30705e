package io.jrootfs.runner.process;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process as {@code /proc} shows it (proc(5), stat, status and cmdline).
 *
 * @param pid its number to us
 * @param parent its parent's number to us
 * @param pids its numbers in our pid namespace and in those below it, down to its own
 * @param groups numbers of its process group, likewise
 * @param name of its program, 15 bytes at most
 * @param arguments of its program; none of a zombie
 * @param state one letter
 * @param terminal the device number of its controlling terminal; 0 if it has none
 * @param ticks clock ticks that it has been on processors
 * @param start clock ticks from the machine's start to its own
 * @param nice -20 to 19
 * @param size bytes of virtual memory
 * @param resident bytes in memory
 * @param realUid of its user, to us
 * @param effectiveUid who it acts as
 * @param realGid of its group, to us
 * @param effectiveGid likewise
 * @param seccomp the kernel's number: 0 no filter, 1 strict, 2 filter
 */
public record SeenProcess(
    long pid,
    long parent,
    ImmutableList<Long> pids,
    ImmutableList<Long> groups,
    String name,
    ImmutableList<String> arguments,
    String state,
    long terminal,
    long ticks,
    long start,
    long nice,
    long size,
    long resident,
    long realUid,
    long effectiveUid,
    long realGid,
    long effectiveGid,
    long seccomp) {
  private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter ZEROS = Splitter.on('\0');

  /** Of stat, behind the name, which is in parentheses and may hold anything. */
  private static final int STATE = 0;

  private static final int PARENT = 1;
  private static final int TERMINAL = 4;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int NICE = 16;
  private static final int START = 19;
  private static final int SIZE = 20;

  /**
   * Reads what the files say.
   *
   * @param stat one line
   * @param status lines of a name, a colon and values
   * @param commandLine arguments with a zero behind each; the process can make it anything
   * @throws IOException if they are not what a kernel writes
   */
  public static SeenProcess parse(String stat, String status, String commandLine)
      throws IOException {
    try {
      int open = stat.indexOf('(');
      int close = stat.lastIndexOf(')');
      List<String> fields = WORDS.splitToList(stat.substring(close + 1));
      Map<String, List<String>> named = new HashMap<>();
      for (String line : LINES.split(status)) {
        int colon = line.indexOf(':');
        named.put(line.substring(0, colon), WORDS.splitToList(line.substring(colon + 1)));
      }
      List<String> none = List.of("0");
      return new SeenProcess(
          Long.parseLong(stat.substring(0, open).strip()),
          Long.parseLong(fields.get(PARENT)),
          numbers(named.getOrDefault("NSpid", none)),
          numbers(named.getOrDefault("NSpgid", none)),
          stat.substring(open + 1, close),
          arguments(commandLine),
          fields.get(STATE),
          Long.parseLong(fields.get(TERMINAL)),
          Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME)),
          Long.parseLong(fields.get(START)),
          Long.parseLong(fields.get(NICE)),
          Long.parseUnsignedLong(fields.get(SIZE)),
          1024 * number(named.getOrDefault("VmRSS", none), 0),
          number(named.getOrDefault("Uid", List.of()), 0),
          number(named.getOrDefault("Uid", List.of()), 1),
          number(named.getOrDefault("Gid", List.of()), 0),
          number(named.getOrDefault("Gid", List.of()), 1),
          number(named.getOrDefault("Seccomp", none), 0));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("what /proc says of a process cannot be understood: " + stat, e);
    }
  }

  private static long number(List<String> words, int index) {
    return Long.parseLong(words.get(index));
  }

  private static ImmutableList<Long> numbers(List<String> words) {
    return words.stream().map(Long::valueOf).collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<String> arguments(String commandLine) {
    List<String> words = ZEROS.splitToList(commandLine);
    boolean isEnded = words.get(words.size() - 1).isEmpty();
    return ImmutableList.copyOf(words.subList(0, isEnded ? words.size() - 1 : words.size()));
  }
}
