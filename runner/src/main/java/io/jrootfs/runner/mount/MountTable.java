package io.jrootfs.runner.mount;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What is mounted where: {@code /proc/PID/mountinfo} (proc(5)).
 *
 * @param entries in the kernel's order: of two on one place the later one is seen
 */
public record MountTable(ImmutableList<Entry> entries) {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter FIELDS = Splitter.on(' ');
  private static final int MOUNT_POINT = 4;
  private static final int OPTIONAL = 6;

  /** {@code mangle} of fs/seq_file.c: space, tab, newline and backslash come in octal. */
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /**
   * One mount.
   *
   * @param mountPoint absolute path
   * @param propagation towards other mounts of its peer group: SHARED also if it is a slave besides
   */
  public record Entry(String mountPoint, Propagation propagation) {
    private boolean holds(String path) {
      return mountPoint.equals("/") || path.equals(mountPoint) || path.startsWith(mountPoint + "/");
    }
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if a line has too few fields
   */
  public static MountTable parse(String mountinfo) {
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    for (String line : LINES.split(mountinfo)) {
      List<String> fields = FIELDS.splitToList(line);
      int separator = fields.indexOf("-");
      if (separator < OPTIONAL) {
        throw new IllegalArgumentException("mountinfo cannot be understood: '" + line + "'");
      }
      String mountPoint = OCTAL.matcher(fields.get(MOUNT_POINT)).replaceAll(MountTable::character);
      entries.add(new Entry(mountPoint, propagation(fields.subList(OPTIONAL, separator))));
    }
    return new MountTable(entries.build());
  }

  private static String character(MatchResult octal) {
    char decoded = (char) Integer.parseInt(octal.group(1), 8);
    return decoded == '\\' ? "\\\\" : String.valueOf(decoded);
  }

  private static Propagation propagation(List<String> optional) {
    if (optional.stream().anyMatch(field -> field.startsWith("shared:"))) {
      return Propagation.SHARED;
    }
    return optional.stream().anyMatch(field -> field.startsWith("master:"))
        ? Propagation.SLAVE
        : Propagation.PRIVATE;
  }

  /** The mount that a path without links is on; the root's if there is none. */
  public Entry of(String path) {
    Entry found = new Entry("/", Propagation.PRIVATE);
    for (Entry entry : entries) {
      if (entry.holds(path) && entry.mountPoint().length() >= found.mountPoint().length()) {
        found = entry;
      }
    }
    return found;
  }
}
