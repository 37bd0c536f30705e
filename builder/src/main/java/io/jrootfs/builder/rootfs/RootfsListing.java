package io.jrootfs.builder.rootfs;

import io.jrootfs.builder.text.Printable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A rootfs as text, one line an entry, much like {@code ls -l} and {@code tar -tv}: mode, numeric
 * owner and group, size or device number, date in UTC, path, target. Extended attributes are named
 * in braces. Equal trees give equal text.
 */
public final class RootfsListing {
  private static final long SECONDS_PER_DAY = 86_400;

  private RootfsListing() {}

  /** All entries, each line ending in a newline. */
  public static String of(Rootfs rootfs) {
    List<Line> lines = new ArrayList<>();
    int ownerWidth = 0;
    int sizeWidth = 0;
    for (RootfsEntry entry : rootfs.all()) {
      Line line = line(entry);
      lines.add(line);
      ownerWidth = Math.max(ownerWidth, line.owner.length());
      sizeWidth = Math.max(sizeWidth, line.size.length());
    }
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.mode).append(' ');
      text.append(line.owner).append(" ".repeat(ownerWidth - line.owner.length() + 1));
      text.append(" ".repeat(sizeWidth - line.size.length())).append(line.size).append(' ');
      text.append(line.rest).append('\n');
    }
    return text.toString();
  }

  private static Line line(RootfsEntry entry) {
    Metadata metadata = entry.metadata();
    Shown shown = entry.match(Shown.CASES);
    StringBuilder rest = new StringBuilder();
    rest.append(date(metadata.mtime())).append(' ');
    rest.append(Printable.of(entry.path().value())).append(Printable.of(shown.target));
    if (!metadata.xattrs().isEmpty()) {
      rest.append(" {")
          .append(Printable.of(String.join(", ", metadata.xattrs().keySet())))
          .append('}');
    }
    return new Line(
        shown.type + permissions(metadata.mode()),
        metadata.uid() + ":" + metadata.gid(),
        shown.size,
        rest.toString());
  }

  /** An archive may claim any number of seconds; Java's dates end 10^9 years away. */
  private static String date(long seconds) {
    long day = Math.floorDiv(seconds, SECONDS_PER_DAY);
    long shown = Math.min(Math.max(day, LocalDate.MIN.toEpochDay()), LocalDate.MAX.toEpochDay());
    return LocalDate.ofEpochDay(shown).toString();
  }

  /** The nine letters; set-user-ID, set-group-ID and sticky take the place of an x (ls(1)). */
  public static String permissions(int mode) {
    char[] letters = "rwxrwxrwx".toCharArray();
    for (int i = 0; i < letters.length; i++) {
      if ((mode & (0400 >> i)) == 0) {
        letters[i] = '-';
      }
    }
    special(letters, 2, (mode & 04000) != 0, 's');
    special(letters, 5, (mode & 02000) != 0, 's');
    special(letters, 8, (mode & 01000) != 0, 't');
    return new String(letters);
  }

  private static void special(char[] letters, int at, boolean isSet, char letter) {
    if (isSet) {
      letters[at] = letters[at] == 'x' ? letter : Character.toUpperCase(letter);
    }
  }

  private record Line(String mode, String owner, String size, String rest) {}

  /**
   * What depends on the kind.
   *
   * @param type first letter of the mode; {@code h} for a hard link, as in {@code tar -tv}
   * @param size bytes, or major and minor
   * @param target of a link, with what goes before it
   */
  private record Shown(char type, String size, String target) {
    static final RootfsEntry.Cases<Shown, RuntimeException> CASES =
        new RootfsEntry.Cases<>() {
          @Override
          public Shown directory(RootfsEntry.Directory directory) {
            return new Shown('d', "0", "");
          }

          @Override
          public Shown regularFile(RootfsEntry.RegularFile file) {
            return new Shown('-', Long.toString(file.content().size()), "");
          }

          @Override
          public Shown symlink(RootfsEntry.Symlink link) {
            return new Shown('l', "0", " -> " + link.target());
          }

          @Override
          public Shown hardLink(RootfsEntry.HardLink link) {
            return new Shown('h', "0", " link to " + link.target());
          }

          @Override
          public Shown device(RootfsEntry.Device device) {
            boolean isCharacter = device.type() == RootfsEntry.Device.Type.CHARACTER;
            return new Shown(isCharacter ? 'c' : 'b', device.major() + "," + device.minor(), "");
          }

          @Override
          public Shown fifo(RootfsEntry.Fifo fifo) {
            return new Shown('p', "0", "");
          }
        };
  }
}
