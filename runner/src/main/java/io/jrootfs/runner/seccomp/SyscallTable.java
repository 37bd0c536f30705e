package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of all system calls.
 *
 * <p>Read before every start, so by hand: regular expressions and streams would take longer than
 * the rest of the filter's making.
 */
final class SyscallTable {
  private static final String RESOURCE = "syscalls.txt";

  /** What stands for a missing number. */
  static final int NONE = -1;

  /**
   * Where else i386 has a call (socketcall(2), ipc(2)).
   *
   * @param name the multiplexer
   * @param call its first argument
   */
  record Multiplexed(String name, int call) {}

  private final Map<String, int[]> numbers = new HashMap<>(1024);
  private final Map<String, Multiplexed> multiplexed = new HashMap<>(64);

  private SyscallTable() {}

  private static final class Holder {
    static final SyscallTable TABLE = load();
  }

  static SyscallTable get() {
    return Holder.TABLE;
  }

  private static SyscallTable load() {
    byte[] bytes;
    try (InputStream resource = SyscallTable.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("no resource " + RESOURCE);
      }
      bytes = resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SyscallTable table = new SyscallTable();
    int at = 0;
    while (at < bytes.length) {
      at = bytes[at] == '#' ? endOf('\n', bytes, at) + 1 : table.line(bytes, at);
    }
    return table;
  }

  private int line(byte[] bytes, int start) {
    int end = endOf(' ', bytes, start);
    String name = text(bytes, start, end);
    int[] row = new int[Abi.values().length];
    int at = end + 1;
    for (int column = 0; column < row.length; column++) {
      int number = 0;
      for (; bytes[at] != ' ' && bytes[at] != '\n'; at++) {
        number = bytes[at] == '-' ? NONE : number * 10 + bytes[at] - '0';
      }
      row[column] = number;
      at++;
    }
    numbers.put(name, row);
    if (bytes[at - 1] == '\n') {
      return at;
    }
    int colon = endOf(':', bytes, at);
    end = endOf('\n', bytes, colon);
    multiplexed.put(
        name,
        new Multiplexed(text(bytes, at, colon), Integer.parseInt(text(bytes, colon + 1, end))));
    return end + 1;
  }

  private static int endOf(char stop, byte[] bytes, int at) {
    int end = at;
    while (bytes[end] != stop) {
      end++;
    }
    return end;
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** All names, sorted. */
  ImmutableSortedSet<String> names() {
    return ImmutableSortedSet.copyOf(numbers.keySet());
  }

  /** Whether any architecture has a call of that name. */
  boolean knows(String name) {
    return numbers.containsKey(name);
  }

  /** A call's number as a program gives it, or {@link #NONE}. */
  int number(Abi abi, String name) {
    int[] row = numbers.get(name);
    return row == null || row[abi.column()] == NONE ? NONE : row[abi.column()] + abi.numberBase();
  }

  /** Where else an interface has the call, if it does. */
  @Nullable Multiplexed multiplexed(Abi abi, String name) {
    return abi == Abi.X86 ? multiplexed.get(name) : null;
  }
}
