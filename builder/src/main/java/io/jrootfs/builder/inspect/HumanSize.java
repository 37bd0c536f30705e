package io.jrootfs.builder.inspect;

/** Sizes for people, in decimal units as disks and networks are sold. */
public final class HumanSize {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private HumanSize() {}

  /** Such as {@code 999 B} or {@code 3.1 MB}. */
  public static String of(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    long unit = 1000;
    int name = 0;
    while (tenths(bytes, unit) >= 10_000 && name < UNITS.length - 1) {
      unit *= 1000;
      name++;
    }
    long tenths = tenths(bytes, unit);
    // Not String.format: what it loads of locales takes longer than many a command.
    return tenths / 10 + "." + tenths % 10 + " " + UNITS[name];
  }

  /** Rounded half up. */
  private static long tenths(long bytes, long unit) {
    long tenth = unit / 10;
    return bytes / tenth + (bytes % tenth >= tenth / 2 ? 1 : 0);
  }
}
