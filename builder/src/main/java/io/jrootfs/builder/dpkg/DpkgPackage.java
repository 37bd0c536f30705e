package io.jrootfs.builder.dpkg;

/**
 * A package that is installed.
 *
 * @param name such as {@code libc6}
 * @param architecture such as {@code amd64} or {@code all}
 * @param source the source package it was built from, such as {@code glibc}
 * @param control its paragraph of the database, as it stands there, without the empty line at its
 *     end
 */
public record DpkgPackage(
    String name, String architecture, String version, String source, String control)
    implements Comparable<DpkgPackage> {
  /** Whether dpkg can have it of several architectures at a time (Debian Policy, Multi-Arch). */
  boolean isCoinstallable() {
    return control.contains("\nMulti-Arch: same");
  }

  /** What dpkg's files about this package are named after, if several of its kind can be there. */
  String qualifiedName() {
    return name + ":" + architecture;
  }

  /**
   * By name, architecture and version. dpkg has a package of one version at a time; an image that
   * was made of two systems may have files of two.
   */
  @Override
  public int compareTo(DpkgPackage other) {
    int byName = name.compareTo(other.name);
    if (byName != 0) {
      return byName;
    }
    int byArchitecture = architecture.compareTo(other.architecture);
    return byArchitecture != 0 ? byArchitecture : version.compareTo(other.version);
  }

  @Override
  public String toString() {
    return qualifiedName() + " " + version;
  }

  /**
   * Whether a package's files are there: of one that was removed, at most configuration files are.
   *
   * @param status the field {@code Status}, such as {@code install ok installed}
   */
  public static boolean hasFiles(String status) {
    return !status.endsWith("config-files") && !status.endsWith("not-installed");
  }

  /** {@code Source} may carry a version in parentheses; without it the package is its own. */
  static String sourceName(String field, String name) {
    int blank = field.indexOf(' ');
    String source = blank < 0 ? field : field.substring(0, blank);
    return field.isEmpty() ? name : source;
  }
}
