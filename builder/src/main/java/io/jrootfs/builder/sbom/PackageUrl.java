package io.jrootfs.builder.sbom;

import com.google.common.base.CharMatcher;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Package URLs (purl-spec), by which scanners know packages. */
final class PackageUrl {
  private static final CharMatcher PLAIN =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf(".-_~"));

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PackageUrl() {}

  /**
   * Of a Debian package. {@code upstream} names the source package where that is another, for
   * advisories are about source packages.
   */
  static String of(DpkgPackage dpkg, Optional<OsRelease> distribution) {
    TreeMap<String, String> qualifiers = new TreeMap<>();
    qualifiers.put("arch", dpkg.architecture());
    distribution.ifPresent(it -> qualifiers.put("distro", it.distro()));
    if (!dpkg.source().equals(dpkg.name())) {
      qualifiers.put("upstream", dpkg.source());
    }
    String namespace = distribution.map(OsRelease::id).orElse("debian");
    return "pkg:deb/"
        + encoded(namespace)
        + "/"
        + encoded(dpkg.name())
        + "@"
        + encoded(dpkg.version())
        + text(qualifiers);
  }

  /** Of an image, whose version is its digest. */
  static String of(ImageReference name, Digest manifest, Platform platform) {
    String path = name.path();
    TreeMap<String, String> qualifiers = new TreeMap<>();
    qualifiers.put("arch", platform.architecture());
    qualifiers.put("repository_url", name.name());
    qualifiers.put("tag", name.tag());
    return "pkg:oci/"
        + encoded(path.substring(path.lastIndexOf('/') + 1))
        + "@"
        + encoded(manifest.toString())
        + text(qualifiers);
  }

  private static String text(Map<String, String> qualifiers) {
    return qualifiers.entrySet().stream()
        .filter(one -> !one.getValue().isEmpty())
        .map(one -> one.getKey() + "=" + encoded(one.getValue()))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      if (one >= 0 && PLAIN.matches((char) one)) {
        encoded.append((char) one);
      } else {
        encoded.append('%').append(HEX.toHexDigits(one));
      }
    }
    return encoded.toString();
  }
}
