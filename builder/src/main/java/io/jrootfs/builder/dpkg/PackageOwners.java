package io.jrootfs.builder.dpkg;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which packages brought the files of a tree, as dpkg's lists say.
 *
 * <p>A file has many names where {@code /lib} is a link to {@code usr/lib}, and dpkg knows one of
 * them: names are compared after the links of their directories were followed. What one package
 * diverts is looked up where it went.
 */
public final class PackageOwners {
  private final Sysroot sysroot;
  private final DpkgDatabase database;

  /** Each wanted file by its name without links. */
  private final Map<SysrootPath, List<SysrootPath>> wanted = new HashMap<>();

  /** The last components of those, which spare most lines of the lists a closer look. */
  private final Set<String> fileNames = new HashSet<>();

  private final Map<SysrootPath, SysrootPath> directories = new HashMap<>();
  private final Map<SysrootPath, Diversion> diversions = new HashMap<>();
  private final Map<SysrootPath, List<DpkgPackage>> owners = new HashMap<>();

  private record Diversion(SysrootPath to, String by) {}

  private PackageOwners(Sysroot sysroot) {
    this.sysroot = sysroot;
    this.database = new DpkgDatabase(sysroot);
  }

  /**
   * The owner of each of the files that has one. Where several packages bring the same file, the
   * first by name and architecture is taken. Directories have no owner.
   *
   * @param files any names; a link as last component stands for itself
   * @return the owners by the names that were given; empty if the tree has no database
   * @throws IOException if the database is there and cannot be read
   */
  public static ImmutableSortedMap<SysrootPath, DpkgPackage> find(
      Sysroot sysroot, Iterable<SysrootPath> files) throws IOException {
    PackageOwners search = new PackageOwners(sysroot);
    for (SysrootPath file : files) {
      search.want(file);
    }
    search.readDiversions();
    for (DpkgPackage one : installed(sysroot)) {
      search.readList(one);
    }
    return search.found();
  }

  /**
   * Every package that is installed.
   *
   * @return empty if the tree has no database
   * @throws IOException if the database is there and cannot be read
   */
  public static ImmutableSortedSet<DpkgPackage> installed(Sysroot sysroot) throws IOException {
    return DpkgStatus.packages(new DpkgDatabase(sysroot).text("status").orElse(""));
  }

  private ImmutableSortedMap<SysrootPath, DpkgPackage> found() throws IOException {
    Map<SysrootPath, DpkgPackage> found = new HashMap<>();
    for (Map.Entry<SysrootPath, List<SysrootPath>> files : wanted.entrySet()) {
      Optional<DpkgPackage> owner = owner(files.getKey());
      if (owner.isPresent()) {
        files.getValue().forEach(file -> found.put(file, owner.get()));
      }
    }
    return ImmutableSortedMap.copyOf(found);
  }

  private void want(SysrootPath file) throws IOException {
    SysrootPath name = linkFree(file);
    wanted.computeIfAbsent(name, key -> new ArrayList<>()).add(file);
    fileNames.add(name.fileName());
  }

  /** Three lines each: whence, where to, and who did it, {@code :} being the administrator. */
  private void readDiversions() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : database.lines("diversions")) {
      lines.add(line);
      if (lines.size() == 3) {
        if (lines.get(0).startsWith("/") && lines.get(1).startsWith("/")) {
          diversions.put(
              linkFree(SysrootPath.of(lines.get(0))),
              new Diversion(linkFree(SysrootPath.of(lines.get(1))), lines.get(2)));
          fileNames.add(SysrootPath.of(lines.get(0)).fileName());
        }
        lines.clear();
      }
    }
  }

  private void readList(DpkgPackage one) throws IOException {
    for (String line : database.about(one, "list")) {
      String fileName = line.substring(line.lastIndexOf('/') + 1);
      if (!line.startsWith("/") || !fileNames.contains(fileName)) {
        continue;
      }
      SysrootPath name = linkFree(SysrootPath.of(line));
      Diversion diversion = diversions.get(name);
      if (diversion != null && !diversion.by().equals(one.name())) {
        name = diversion.to();
      }
      if (wanted.containsKey(name) && !isDirectory(name)) {
        owners.computeIfAbsent(name, key -> new ArrayList<>()).add(one);
      }
    }
  }

  /**
   * The first of those who list the file. A link that several list, and that leads to a directory,
   * was a directory when they did, as {@code /lib} was before {@code /usr} was merged: nobody's.
   */
  private Optional<DpkgPackage> owner(SysrootPath name) throws IOException {
    List<DpkgPackage> claims = owners.getOrDefault(name, List.of());
    boolean isShared = claims.stream().map(DpkgPackage::name).distinct().count() > 1;
    return isShared && leadsToDirectory(name) ? Optional.empty() : claims.stream().findFirst();
  }

  private boolean isDirectory(SysrootPath linkFree) {
    return Files.isDirectory(sysroot.file(linkFree), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean leadsToDirectory(SysrootPath linkFree) throws IOException {
    return sysroot.find(linkFree).map(Resolution::isDirectory).orElse(false);
  }

  /** The name without links on the way; the file itself may be one, and need not be there. */
  private SysrootPath linkFree(SysrootPath file) throws IOException {
    SysrootPath directory = directories.get(file.parent());
    if (directory == null) {
      directory = sysroot.find(file.parent()).map(Resolution::path).orElse(file.parent());
      directories.put(file.parent(), directory);
    }
    return directory.resolve(file.fileName());
  }
}
