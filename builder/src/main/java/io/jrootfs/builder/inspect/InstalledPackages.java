package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Maps;
import io.jrootfs.builder.dpkg.ControlFile;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The packages whose managers left a record in a tree: dpkg's {@code status} and {@code status.d},
 * as in images without dpkg, and apk's {@code installed}. Names are {@code NAME:ARCHITECTURE} where
 * dpkg has a package of several architectures.
 */
final class InstalledPackages {
  private static final RootfsPath DPKG_STATUS = RootfsPath.of("/var/lib/dpkg/status");
  private static final RootfsPath DPKG_PARTS = RootfsPath.of("/var/lib/dpkg/status.d");
  private static final RootfsPath APK_INSTALLED = RootfsPath.of("/lib/apk/db/installed");

  private static final ImmutableSet<String> DPKG_FIELDS =
      ImmutableSet.of("Package", "Version", "Status", "Multi-Arch", "Architecture");
  private static final ImmutableSet<String> APK_FIELDS = ImmutableSet.of("P", "V");

  /** Ten times what a full desktop has; anything larger is taken for no database. */
  private static final int MAX_SIZE = 64 << 20;

  private final TreeMap<String, TreeSet<String>> versions = new TreeMap<>();

  private InstalledPackages() {}

  static ImmutableSortedMap<String, String> of(Rootfs rootfs) throws IOException {
    InstalledPackages packages = new InstalledPackages();
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file && file.content().size() <= MAX_SIZE) {
        RootfsPath path = file.path();
        boolean isPart = path.parent().equals(DPKG_PARTS) && !path.fileName().endsWith(".md5sums");
        if (isPart || path.equals(DPKG_STATUS)) {
          ControlFile.read(file.content(), DPKG_FIELDS, packages::addDpkg);
        } else if (path.equals(APK_INSTALLED)) {
          ControlFile.read(file.content(), APK_FIELDS, packages::addApk);
        }
      }
    }
    return ImmutableSortedMap.copyOf(
        Maps.transformValues(packages.versions, all -> String.join(", ", all)));
  }

  private void addDpkg(ImmutableMap<String, String> fields) {
    Optional<String> name = Optional.ofNullable(fields.get("Package"));
    Optional<String> version = Optional.ofNullable(fields.get("Version"));
    // Removed packages stay in the database; the parts of status.d need not say anything.
    String status = fields.getOrDefault("Status", "install ok installed");
    if (name.isPresent() && version.isPresent() && status.endsWith(" installed")) {
      boolean isOneOfSeveral = "same".equals(fields.get("Multi-Arch"));
      String architecture = fields.getOrDefault("Architecture", "");
      add(
          isOneOfSeveral && !architecture.isEmpty() ? name.get() + ":" + architecture : name.get(),
          version.get());
    }
  }

  /** An image that was made of two systems may have files of two versions. */
  private void add(String name, String version) {
    versions.computeIfAbsent(name, key -> new TreeSet<>()).add(version);
  }

  private void addApk(ImmutableMap<String, String> fields) {
    Optional<String> name = Optional.ofNullable(fields.get("P"));
    Optional<String> version = Optional.ofNullable(fields.get("V"));
    if (name.isPresent() && version.isPresent()) {
      add(name.get(), version.get());
    }
  }
}
