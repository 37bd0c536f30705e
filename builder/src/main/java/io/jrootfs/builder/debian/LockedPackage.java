package io.jrootfs.builder.debian;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A package of a base system, down to its bytes.
 *
 * @param sha256 of the package file, in hexadecimal digits
 * @param priority as the archive's index says, which decides what a variant consists of
 * @param section as the archive's index says, which dpkg notes down
 */
public record LockedPackage(
    String name,
    String architecture,
    String version,
    String sha256,
    String priority,
    String section) {
  /** Debian Policy 5.6.1; an architecture is a word. */
  private static final Pattern KEY = Pattern.compile("([a-z0-9][a-z0-9+.-]+):([a-z0-9-]+)");

  /** Debian Policy 5.6.12, with the digest and two words of the index behind it. */
  private static final Pattern VALUE =
      Pattern.compile("([0-9A-Za-z.+:~-]+) sha256:([0-9a-f]{64}) ([a-z-]+) ([a-z0-9/-]+)");

  /**
   * Reads what {@link #key} and {@link #value} say.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static LockedPackage parse(String key, String value) {
    Matcher named = KEY.matcher(key);
    Matcher described = VALUE.matcher(value);
    if (!named.matches() || !described.matches()) {
      throw new IllegalArgumentException(
          "'" + key + ": " + value + "' is no package with version, digest, priority and section");
    }
    return new LockedPackage(
        named.group(1),
        named.group(2),
        described.group(1),
        described.group(2),
        described.group(3),
        described.group(4));
  }

  /** Which package; a system has each once. */
  public String key() {
    return name + ":" + architecture;
  }

  /** Which state of it. */
  public String value() {
    return version + " sha256:" + sha256 + " " + priority + " " + section;
  }

  /** What both apt and debootstrap call its file. */
  String fileName() {
    return name + "_" + version.replace(":", "%3a") + "_" + architecture + ".deb";
  }
}
