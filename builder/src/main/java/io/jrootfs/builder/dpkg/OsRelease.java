package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which distribution a tree is of (os-release(5)).
 *
 * @param id such as {@code debian}; {@code linux} if the file does not say
 * @param versionId such as {@code 12}; empty for a distribution that rolls
 * @param prettyName for people
 */
public record OsRelease(String id, String versionId, String prettyName) {
  /** The first that is there counts. */
  static final ImmutableList<String> PLACES =
      ImmutableList.of("/etc/os-release", "/usr/lib/os-release");

  /**
   * What names the distribution to scanners, where it is: trivy knows Debian by {@code
   * debian_version} and Ubuntu by {@code lsb-release} alone (pkg/fanal/analyzer/os), whatever
   * os-release says.
   */
  static final ImmutableList<String> TELLING =
      ImmutableList.<String>builder()
          .addAll(PLACES)
          .add("/etc/debian_version", "/etc/lsb-release")
          .build();

  /** Real ones have less than one kilobyte. */
  private static final int MAX_SIZE = 64 << 10;

  /**
   * Of a tree on the disk; empty if it does not say.
   *
   * @throws IOException if it cannot be read
   */
  public static Optional<OsRelease> of(Sysroot sysroot) throws IOException {
    for (String place : PLACES) {
      Optional<Resolution> found = sysroot.find(SysrootPath.of(place));
      if (found.isPresent() && found.get().isRegularFile()) {
        try (InputStream in = Files.newInputStream(sysroot.file(found.get().path()))) {
          return Optional.of(parse(in));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Of a rootfs; empty if it does not say.
   *
   * @throws IOException if it cannot be read
   */
  public static Optional<OsRelease> of(Rootfs rootfs) throws IOException {
    for (String place : PLACES) {
      // The one in /etc is mostly a link to the other, which is next.
      if (rootfs.get(RootfsPath.of(place)).orElse(null) instanceof RootfsEntry.RegularFile file) {
        try (InputStream in = file.content().open()) {
          return Optional.of(parse(in));
        }
      }
    }
    return Optional.empty();
  }

  private static OsRelease parse(InputStream in) throws IOException {
    return parse(new String(in.readNBytes(MAX_SIZE), StandardCharsets.UTF_8));
  }

  static OsRelease parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1).strip()));
      }
    }
    String id = values.getOrDefault("ID", "linux");
    return new OsRelease(
        id, values.getOrDefault("VERSION_ID", ""), values.getOrDefault("PRETTY_NAME", id));
  }

  /** As a shell would read it, of which the file may only use quotes and backslashes. */
  private static String unquoted(String value) {
    boolean isQuoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    String inside = isQuoted ? value.substring(1, value.length() - 1) : value;
    return inside.replaceAll("\\\\(.)", "$1");
  }

  /** What a package URL's qualifier {@code distro} says. */
  public String distro() {
    return versionId.isEmpty() ? id : id + "-" + versionId;
  }

  /** Whether packages of the one are packages of the other. */
  boolean isSameAs(OsRelease other) {
    return distro().equals(other.distro());
  }
}
