package io.jrootfs.builder.inspect;

import java.util.Locale;

/** Sizes for people, in decimal units as disks and networks are sold. */
public final class HumanSize {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private HumanSize() {}

  /** Such as {@code 999 B} or {@code 3.1 MB}. */
  public static String of(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 999.95 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
