package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The packages whose managers left a record in a tree: dpkg's {@code status} and {@code status.d},
 * as in images without dpkg, and apk's {@code installed}. Names are {@code NAME:ARCHITECTURE} where
 * dpkg has a package of several architectures.
 */
final class InstalledPackages {
  private static final RootfsPath DPKG_STATUS = RootfsPath.of("/var/lib/dpkg/status");
  private static final RootfsPath DPKG_PARTS = RootfsPath.of("/var/lib/dpkg/status.d");
  private static final RootfsPath APK_INSTALLED = RootfsPath.of("/lib/apk/db/installed");

  /** Ten times what a full desktop has; anything larger is taken for no database. */
  private static final int MAX_SIZE = 64 << 20;

  private final TreeMap<String, String> versions = new TreeMap<>();

  private InstalledPackages() {}

  static ImmutableSortedMap<String, String> of(Rootfs rootfs) throws IOException {
    InstalledPackages packages = new InstalledPackages();
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file && file.content().size() <= MAX_SIZE) {
        RootfsPath path = file.path();
        boolean isPart = path.parent().equals(DPKG_PARTS) && !path.fileName().endsWith(".md5sums");
        if (isPart || path.equals(DPKG_STATUS)) {
          packages.read(file.content(), packages::addDpkg);
        } else if (path.equals(APK_INSTALLED)) {
          packages.read(file.content(), packages::addApk);
        }
      }
    }
    return ImmutableSortedMap.copyOf(packages.versions);
  }

  /** Hands over each paragraph's fields; lines that continue a field are left out. */
  private void read(FileContent content, ParagraphConsumer consumer) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(content.open(), StandardCharsets.UTF_8))) {
      Map<String, String> fields = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank()) {
          consumer.accept(fields);
          fields.clear();
        }
        int colon = line.indexOf(':');
        if (colon > 0 && line.charAt(0) != ' ') {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
      consumer.accept(fields);
    }
  }

  private interface ParagraphConsumer {
    void accept(Map<String, String> fields);
  }

  private void addDpkg(Map<String, String> fields) {
    Optional<String> name = Optional.ofNullable(fields.get("Package"));
    Optional<String> version = Optional.ofNullable(fields.get("Version"));
    // Removed packages stay in the database; the parts of status.d need not say anything.
    String status = fields.getOrDefault("Status", "install ok installed");
    if (name.isPresent() && version.isPresent() && status.endsWith(" installed")) {
      boolean isOneOfSeveral = "same".equals(fields.get("Multi-Arch"));
      String architecture = fields.getOrDefault("Architecture", "");
      versions.put(
          isOneOfSeveral && !architecture.isEmpty() ? name.get() + ":" + architecture : name.get(),
          version.get());
    }
  }

  private void addApk(Map<String, String> fields) {
    Optional<String> name = Optional.ofNullable(fields.get("P"));
    Optional<String> version = Optional.ofNullable(fields.get("V"));
    if (name.isPresent() && version.isPresent()) {
      versions.put(name.get(), version.get());
    }
  }
}
