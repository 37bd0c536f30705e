package io.jrootfs.builder.dpkg;

import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a package says its files should be (deb-md5sums(5)). Configuration files are not among them.
 */
final class Md5Sums {
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{32})  (.+)");

  private final Sysroot sysroot;
  private final DpkgPackage owner;

  Md5Sums(Sysroot sysroot, DpkgPackage owner) {
    this.sysroot = sysroot;
    this.owner = owner;
  }

  /**
   * Such a document about some of the package's files, each by its name in the rootfs.
   *
   * @throws IOException if the database cannot be read
   */
  String of(List<OwnedFile> files) throws IOException {
    Set<String> fileNames =
        files.stream().map(file -> file.source().fileName()).collect(Collectors.toSet());
    Map<SysrootPath, String> sums = new HashMap<>();
    for (String line : (Iterable<String>) new DpkgDatabase(sysroot).sums(owner)::iterator) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        SysrootPath path = SysrootPath.of("/" + matcher.group(2));
        if (fileNames.contains(path.fileName())) {
          sums.put(linkFree(path), matcher.group(1));
        }
      }
    }
    StringBuilder document = new StringBuilder();
    for (OwnedFile file : files) {
      Optional<String> sum = Optional.ofNullable(sums.get(linkFree(file.source())));
      sum.ifPresent(
          it -> document.append(it).append("  ").append(file.path().relative()).append('\n'));
    }
    return document.toString();
  }

  private SysrootPath linkFree(SysrootPath path) throws IOException {
    return sysroot.find(path).map(Resolution::path).orElse(path);
  }
}
