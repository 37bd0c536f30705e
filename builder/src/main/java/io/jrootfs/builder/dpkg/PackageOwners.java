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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final FileNames fileNames;
  private final Map<SysrootPath, SysrootPath> directories = new HashMap<>();
  private final Map<SysrootPath, Diversion> diversions = new HashMap<>();
  private final DpkgDatabase.Listed listed;

  private record Diversion(SysrootPath to, String by) {}

  private PackageOwners(Sysroot sysroot, DatabaseReading.Read read, Set<String> fileNames)
      throws IOException {
    this.sysroot = sysroot;
    this.database = read.database();
    this.fileNames = new FileNames(fileNames);
    readDiversions();
    this.listed = database.listed(this.fileNames, read.lists());
  }

  /**
   * Reads the lists once, for {@link #find(Iterable)} to be called many times.
   *
   * @param reading of the database of the same tree
   * @param fileNames last components of the files that will be asked for
   * @throws IOException if the database is there and cannot be read
   */
  static PackageOwners ofFilesNamed(Sysroot sysroot, DatabaseReading reading, Set<String> fileNames)
      throws IOException {
    return new PackageOwners(sysroot, reading.get(), fileNames);
  }

  /**
   * The owner of each of the files that has one.
   *
   * @param files any names; a link as last component stands for itself
   * @return the owners by the names that were given; empty if the tree has no database
   * @throws IOException if the database is there and cannot be read
   */
  public static ImmutableSortedMap<SysrootPath, DpkgPackage> find(
      Sysroot sysroot, Iterable<SysrootPath> files) throws IOException {
    Set<String> fileNames = new HashSet<>();
    files.forEach(file -> fileNames.add(file.fileName()));
    return fileNames.isEmpty()
        ? ImmutableSortedMap.of()
        : ofFilesNamed(sysroot, DatabaseReading.of(sysroot), fileNames).find(files);
  }

  /**
   * Every package that is installed.
   *
   * @return empty if the tree has no database
   * @throws IOException if the database is there and cannot be read
   */
  public static ImmutableSortedSet<DpkgPackage> installed(Sysroot sysroot) throws IOException {
    return DpkgDatabase.of(sysroot).installed();
  }

  DpkgDatabase database() {
    return database;
  }

  /** Installed packages of which dpkg knows no files, so that none of those has an owner. */
  ImmutableSortedSet<DpkgPackage> unlisted() {
    return listed.unlisted();
  }

  /** Whether all of the files have names that were to be asked for. */
  boolean areAbout(Collection<SysrootPath> files) {
    return files.stream().allMatch(file -> fileNames.contains(file.fileName()));
  }

  /**
   * The owner of each of the files that has one. Where several packages bring the same file, the
   * first by name and architecture is taken. Directories have no owner.
   *
   * @param files any names; a link as last component stands for itself
   * @throws IllegalArgumentException if one of them was not to be asked for
   * @throws IOException if the tree cannot be read
   */
  ImmutableSortedMap<SysrootPath, DpkgPackage> find(Iterable<SysrootPath> files)
      throws IOException {
    // Each wanted file by its name without links.
    Map<SysrootPath, List<SysrootPath>> wanted = new HashMap<>();
    for (SysrootPath file : files) {
      if (!fileNames.contains(file.fileName())) {
        throw new IllegalArgumentException(file + " has a name that was not looked for");
      }
      wanted.computeIfAbsent(linkFree(file), key -> new ArrayList<>()).add(file);
    }
    Map<SysrootPath, List<DpkgPackage>> owners = new HashMap<>();
    for (Map.Entry<DpkgPackage, List<String>> list : listed.paths().entrySet()) {
      for (String path : list.getValue()) {
        SysrootPath name = place(path, list.getKey());
        if (wanted.containsKey(name) && !isDirectory(name)) {
          owners.computeIfAbsent(name, key -> new ArrayList<>()).add(list.getKey());
        }
      }
    }
    Map<SysrootPath, DpkgPackage> found = new HashMap<>();
    for (Map.Entry<SysrootPath, List<DpkgPackage>> owned : owners.entrySet()) {
      if (!isSharedDirectory(owned.getKey(), owned.getValue())) {
        wanted
            .getOrDefault(owned.getKey(), List.of())
            .forEach(file -> found.put(file, owned.getValue().get(0)));
      }
    }
    return ImmutableSortedMap.copyOf(found);
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

  /** Where a file of a package is, without links. */
  private SysrootPath place(String path, DpkgPackage by) throws IOException {
    SysrootPath name = linkFree(SysrootPath.of(path));
    Diversion diversion = diversions.get(name);
    return diversion != null && !diversion.by().equals(by.name()) ? diversion.to() : name;
  }

  /**
   * A link that several list, and that leads to a directory, was a directory when they did, as
   * {@code /lib} was before {@code /usr} was merged: nobody's.
   */
  private boolean isSharedDirectory(SysrootPath name, List<DpkgPackage> owners) throws IOException {
    return owners.stream().map(DpkgPackage::name).distinct().count() > 1 && leadsToDirectory(name);
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
