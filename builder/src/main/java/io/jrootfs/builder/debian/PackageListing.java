package io.jrootfs.builder.debian;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.jrootfs.builder.dpkg.ControlFile;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which packages a fresh system was made of: from its database, the index, and the cache. */
final class PackageListing {
  private static final RootfsPath SOURCES = RootfsPath.of("/etc/apt/sources.list");

  private static final RootfsPath STATUS = RootfsPath.of("/var/lib/dpkg/status");
  private static final String INDEXES = "/var/lib/apt/lists/";
  private static final ImmutableSet<String> FIELDS =
      ImmutableSet.of(
          "Package", "Version", "Architecture", "Status", "Priority", "Section", "SHA256");

  private PackageListing() {}

  /**
   * The packages, by name and architecture.
   *
   * @param made the system as the tool left it, with the index that the tool has verified
   * @param cache where the tool keeps package files
   * @throws IOException if one is in neither of them, or the cache has another file than the index
   */
  static ImmutableList<LockedPackage> of(Rootfs made, Path cache) throws IOException {
    Map<String, ImmutableMap<String, String>> installed = new TreeMap<>();
    ControlFile.read(
        content(made, STATUS),
        FIELDS,
        fields -> {
          if (DpkgPackage.hasFiles(fields.getOrDefault("Status", ""))) {
            installed.put(fields.get("Package") + ":" + fields.get("Architecture"), fields);
          }
        });
    Map<String, ImmutableMap<String, String>> indexed = new HashMap<>();
    for (RootfsEntry entry : made.all()) {
      String path = entry.path().value();
      if (path.startsWith(INDEXES)
          && path.endsWith("_Packages")
          && entry instanceof RootfsEntry.RegularFile file) {
        ControlFile.read(
            file.content(),
            FIELDS,
            fields -> {
              String key = fields.get("Package") + ":" + fields.get("Architecture");
              ImmutableMap<String, String> known = installed.get(key);
              if (known != null && value(known, "Version").equals(fields.get("Version"))) {
                indexed.putIfAbsent(key, fields);
              }
            });
      }
    }
    ImmutableList.Builder<LockedPackage> packages = ImmutableList.builder();
    for (Map.Entry<String, ImmutableMap<String, String>> each : installed.entrySet()) {
      ImmutableMap<String, String> index = indexed.get(each.getKey());
      if (index == null) {
        throw new IOException(
            "no index of the archive has the package "
                + each.getKey()
                + " that was installed, so it cannot be locked");
      }
      packages.add(listed(index, cache));
    }
    return packages.build();
  }

  private static LockedPackage listed(ImmutableMap<String, String> index, Path cache)
      throws IOException {
    LockedPackage listed =
        new LockedPackage(
            value(index, "Package"),
            value(index, "Architecture"),
            value(index, "Version"),
            value(index, "SHA256"),
            index.getOrDefault("Priority", "unknown"),
            index.getOrDefault("Section", "unknown"));
    verify(listed, cache.resolve(listed.fileName()));
    return listed;
  }

  /**
   * Fails unless a file is that package.
   *
   * @throws IOException if it is not there, or another one
   */
  static void verify(LockedPackage one, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BootstrapEnvironmentException(
          BootstrapEnvironmentException.Kind.MISSING_PACKAGE, "there is no " + file);
    }
    String found = MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
    if (!found.equals(one.sha256())) {
      throw new BootstrapEnvironmentException(
          BootstrapEnvironmentException.Kind.MISSING_PACKAGE,
          file + " is sha256:" + found + ", not sha256:" + one.sha256() + "; remove it");
    }
  }

  /** What the system's own apt is told of archives. */
  static String sources(Rootfs made) throws IOException {
    try (InputStream in = content(made, SOURCES).open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Which components of the archive debootstrap has passed over; apt warns of them itself. */
  static ImmutableList<String> unknown(ImmutableList<String> components, Rootfs made)
      throws IOException {
    if (components.isEmpty()) {
      return components;
    }
    List<String> words = Splitter.on(CharMatcher.whitespace()).splitToList(sources(made));
    return components.stream()
        .filter(component -> !words.contains(component))
        .collect(ImmutableList.toImmutableList());
  }

  /** The system with its apt told that. */
  static Rootfs withSources(Rootfs system, String sources, long sourceDate) {
    return Rootfs.of(
        ImmutableList.<RootfsEntry>builder()
            .addAll(system.without(SOURCES::equals).all())
            .add(
                new RootfsEntry.RegularFile(
                    SOURCES,
                    Metadata.ofMode(0644).withMtime(sourceDate),
                    new FileContent.Literal(Bytes.ofUtf8(sources))))
            .build());
  }

  private static FileContent content(Rootfs made, RootfsPath path) throws IOException {
    RootfsEntry entry = made.get(path).orElse(null);
    if (!(entry instanceof RootfsEntry.RegularFile file)) {
      throw new IOException("the system that was made has no file " + path);
    }
    return file.content();
  }

  private static String value(ImmutableMap<String, String> fields, String name) {
    return fields.getOrDefault(name, "");
  }
}
