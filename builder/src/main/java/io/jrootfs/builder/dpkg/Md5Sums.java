package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a package says its files should be (deb-md5sums(5)). Configuration files are not among them.
 *
 * @param sums 32 hexadecimal digits for each file
 */
record Md5Sums(ImmutableSortedMap<RootfsPath, String> sums) {
  static final Md5Sums NONE = new Md5Sums(ImmutableSortedMap.of());

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{32})  (.+)");

  /**
   * Those of some of a package's files, each by its name in the rootfs.
   *
   * @throws IOException if the database cannot be read
   */
  static Md5Sums of(
      DpkgPackage owner, List<OwnedFile> files, Sysroot sysroot, DpkgDatabase database)
      throws IOException {
    Set<String> fileNames =
        files.stream().map(file -> file.source().fileName()).collect(Collectors.toSet());
    Map<SysrootPath, String> known = new HashMap<>();
    for (String line : database.sums(owner)) {
      // Few are, and what is cheapest to ask comes first.
      if (fileNames.contains(line.substring(line.lastIndexOf('/') + 1))) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          known.put(linkFree(SysrootPath.of("/" + matcher.group(2)), sysroot), matcher.group(1));
        }
      }
    }
    Map<RootfsPath, String> sums = new TreeMap<>();
    for (OwnedFile file : files) {
      String sum = known.get(linkFree(file.source(), sysroot));
      if (sum != null) {
        sums.put(file.path(), sum);
      }
    }
    return new Md5Sums(ImmutableSortedMap.copyOf(sums));
  }

  private static SysrootPath linkFree(SysrootPath path, Sysroot sysroot) throws IOException {
    return sysroot.find(path).map(Resolution::path).orElse(path);
  }

  /** Those that a document has; lines that no file of a rootfs can have are left out. */
  static Md5Sums parse(String document) {
    Map<RootfsPath, String> sums = new TreeMap<>();
    for (String line : document.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        SysrootPath path = SysrootPath.of("/" + matcher.group(2));
        if (!path.components().contains("..")) {
          sums.put(RootfsPath.of(path), matcher.group(1));
        }
      }
    }
    return new Md5Sums(ImmutableSortedMap.copyOf(sums));
  }

  /** These and others, which win. */
  Md5Sums and(Md5Sums others) {
    Map<RootfsPath, String> all = new TreeMap<>(sums);
    all.putAll(others.sums);
    return new Md5Sums(ImmutableSortedMap.copyOf(all));
  }

  /** Those of the files that are not meant. */
  Md5Sums without(Predicate<RootfsPath> meant) {
    Map<RootfsPath, String> kept = new TreeMap<>(sums);
    kept.keySet().removeIf(meant);
    return new Md5Sums(ImmutableSortedMap.copyOf(kept));
  }

  /** As a document; empty if there are none. */
  Optional<String> document() {
    StringBuilder document = new StringBuilder();
    sums.forEach(
        (path, sum) -> document.append(sum).append("  ").append(path.relative()).append('\n'));
    return Optional.of(document.toString()).filter(text -> !text.isEmpty());
  }
}
