package io.jrootfs.builder.rootfs;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.LinkHop;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a rootfs together from files of a sysroot, files and trees from anywhere, and generated
 * defaults, in this order: a copy goes where the links that are already there lead.
 *
 * <p>Files of the sysroot stay at the place their links lead to, and every link on the way there
 * comes along with its text as it is: with {@code /bin -> usr/bin}, adding {@code /bin/ls} yields
 * that link and {@code /usr/bin/ls}. The order among the files added does not matter. What two
 * sources disagree about is a conflict, but for directories: one from the sysroot counts more than
 * a copied one, that more than a default.
 *
 * <p>Files with several names become hard links if more than one of the names is added. Contents
 * are not read until the rootfs is written.
 */
public final class RootfsAssembler {
  /** The kernel's limit on links followed in one look-up, {@code MAXSYMLINKS}. */
  private static final int MAX_LINKS = 40;

  /** What distributions have merged into /usr (file-hierarchy(7), "Compatibility Symlinks"). */
  private static final ImmutableList<String> MERGED_USR =
      ImmutableList.of("bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin");

  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;

  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private final Sysroot sysroot;
  private final long sourceDate;
  private final Map<RootfsPath, Placed> placed = new HashMap<>();

  /**
   * @param sysroot where {@link #add} takes files from
   * @param sourceDate the date of directories and defaults: seconds since the epoch
   */
  public RootfsAssembler(Sysroot sysroot, long sourceDate) {
    this.sysroot = sysroot;
    this.sourceDate = sourceDate;
    // Not the sysroot's own: that directory may be anything, such as a private temporary one.
    RootfsEntry root =
        new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755).withMtime(sourceDate));
    placed.put(RootfsPath.ROOT, new Placed(root, Origin.SYSROOT, "every rootfs", null));
  }

  /**
   * Adds a file of the sysroot, with all links and directories on the way to it. It will belong to
   * root, but for the owner or group that a program takes on when it starts; mode, time and
   * extended attributes are kept. Of a directory only itself is added.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException if it cannot be read
   * @throws RootfsConflictException if something copied is in the way
   * @throws UncopyableFileException if no image can hold it
   */
  public void add(SysrootPath path)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Resolution resolution = found(path);
    addDirectoriesLeft(SysrootPath.ROOT, path.value());
    for (LinkHop hop : resolution.hops()) {
      addLinkFree(hop.link(), path);
      addDirectoriesLeft(hop.link().parent(), hop.target());
    }
    addLinkFree(resolution.path(), path);
  }

  /**
   * Adds those links of a merged /usr, such as {@code /bin -> usr/bin}, that lead to a directory
   * which is here: scripts say {@code #!/bin/sh} wherever the program was found. Nothing is
   * invented; a sysroot without such links yields none.
   *
   * @throws IOException if the sysroot cannot be read
   * @throws RootfsConflictException if something copied is in the way
   * @throws UncopyableFileException never for a link
   */
  public void addMergedUsrLinks()
      throws IOException, RootfsConflictException, UncopyableFileException {
    for (String name : MERGED_USR) {
      SysrootPath path = SysrootPath.ROOT.resolve(name);
      Resolution resolution = sysroot.find(path).orElse(null);
      if (resolution != null
          && !resolution.hops().isEmpty()
          && placed.containsKey(RootfsPath.of(resolution.path()))) {
        add(path);
      }
    }
  }

  private Resolution found(SysrootPath path) throws IOException {
    return sysroot
        .find(path)
        .orElseThrow(
            () -> new NoSuchFileException(path.value(), null, "not in " + sysroot.directory()));
  }

  /**
   * A path such as {@code a/../b} enters {@code a} before leaving it, so it needs {@code a}.
   *
   * @param from where the text starts unless it is absolute
   */
  private void addDirectoriesLeft(SysrootPath from, String text)
      throws IOException, RootfsConflictException, UncopyableFileException {
    SysrootPath walked = text.startsWith("/") ? SysrootPath.ROOT : from;
    for (String component : COMPONENTS.split(text)) {
      if (component.equals("..") && !walked.equals(SysrootPath.ROOT)) {
        addLinkFree(found(walked).path(), walked);
      }
      walked = walked.resolve(component);
    }
  }

  private void addLinkFree(SysrootPath linkFree, SysrootPath requested)
      throws IOException, RootfsConflictException, UncopyableFileException {
    RootfsPath path = RootfsPath.of(linkFree);
    Placed present = placed.get(path);
    if (present != null && present.origin == Origin.SYSROOT) {
      return;
    }
    addLinkFree(linkFree.parent(), requested);
    HostFile file = HostFile.read(sysroot.file(linkFree));
    place(
        path,
        file,
        file.entry(path, installed(file, file.metadata())),
        Origin.SYSROOT,
        requested.value());
  }

  private Metadata installed(HostFile file, Metadata metadata) {
    if (file.isDirectory()) {
      // Its time tells when something else was installed there, not about what we take.
      return metadata.withOwner(0, 0).withMtime(sourceDate);
    }
    // Given to root, a program that runs as somebody else would run as root.
    return metadata.withOwner(
        (metadata.mode() & S_ISUID) == 0 ? 0 : metadata.uid(),
        (metadata.mode() & S_ISGID) == 0 ? 0 : metadata.gid());
  }

  /**
   * Copies a file or a tree as it is: owners, modes, times, links, devices, extended attributes.
   * Where the destination's directories are links in this rootfs they are followed, and so are
   * links where the tree has directories; directories that lack are made.
   *
   * @param source not followed if a link
   * @param destination its own name in the rootfs, not that of a directory to put it in
   * @throws IOException if it cannot be read
   * @throws RootfsConflictException if something else is there
   * @throws UncopyableFileException if no image can hold a file, such as a socket
   */
  public void copy(Path source, RootfsPath destination)
      throws IOException, RootfsConflictException, UncopyableFileException {
    HostFile file = HostFile.read(source);
    if (!file.isDirectory()) {
      RootfsPath path = resolvedParent(destination, source.toString());
      place(path, file, file.entry(path, file.metadata()), Origin.COPY, source.toString());
      return;
    }
    RootfsPath path = resolved(destination, source.toString());
    place(path, file, file.entry(path, file.metadata()), Origin.COPY, source.toString());
    for (Path child : children(source)) {
      copy(child, path.child(String.valueOf(child.getFileName())));
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    Collections.sort(children);
    return children;
  }

  /**
   * Puts something generated in place, unless there is something already. A later copy replaces it.
   * Links to its directory are followed, and for a directory those to itself.
   *
   * @param source who made it, for messages
   * @throws RootfsConflictException if one of its parents is not a directory
   */
  public void addDefault(RootfsEntry entry, String source) throws RootfsConflictException {
    boolean isDirectory = entry instanceof RootfsEntry.Directory;
    RootfsPath path =
        isDirectory ? resolved(entry.path(), source) : resolvedParent(entry.path(), source);
    Placed present = placed.get(path);
    if (present == null || (isDirectory && present.origin == Origin.IMPLIED)) {
      RootfsEntry moved = entry.match(new AtPath(path));
      placed.put(path, new Placed(moved, Origin.DEFAULT, source, null));
    }
  }

  /** The date of directories and defaults: seconds since the epoch. */
  public long sourceDate() {
    return sourceDate;
  }

  /** Whether {@code path}, its links followed, is a file here. */
  public boolean hasFile(RootfsPath path) {
    Placed found = placed.get(followed(path));
    return found != null && found.entry instanceof RootfsEntry.RegularFile;
  }

  /** The rootfs as put together so far. */
  public Rootfs assemble() {
    Map<SharedFile, RootfsPath> firstNames = new HashMap<>();
    ImmutableSortedMap.Builder<RootfsPath, RootfsEntry> entries = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<RootfsPath, Placed> named : ImmutableSortedMap.copyOf(placed).entrySet()) {
      RootfsPath path = named.getKey();
      RootfsEntry entry = named.getValue().entry;
      FileIdentity identity = named.getValue().sharedIdentity;
      if (identity != null) {
        // Two copies of one file with different owners, say, cannot be one file.
        RootfsPath first = firstNames.putIfAbsent(new SharedFile(identity, entry.metadata()), path);
        if (first != null) {
          entry = new RootfsEntry.HardLink(path, entry.metadata(), first);
        }
      }
      entries.put(path, entry);
    }
    return new Rootfs(entries.buildOrThrow());
  }

  private void place(
      RootfsPath path, HostFile file, RootfsEntry entry, Origin origin, String source)
      throws IOException, RootfsConflictException {
    Placed added = new Placed(entry, origin, source, file.hasOtherNames() ? file.identity() : null);
    Placed present = placed.get(path);
    if (present == null) {
      placed.put(path, added);
      return;
    }
    boolean isDirectory = entry instanceof RootfsEntry.Directory;
    if (isDirectory != (present.entry instanceof RootfsEntry.Directory)) {
      throw conflict(path, present, added);
    }
    if (!isDirectory && present.origin != Origin.DEFAULT && !SameContent.of(present.entry, entry)) {
      throw conflict(path, present, added);
    }
    if (origin.compareTo(present.origin) > 0) {
      placed.put(path, added);
    }
  }

  private static RootfsConflictException conflict(RootfsPath path, Placed first, Placed second) {
    return new RootfsConflictException(path, first.claim(), second.claim());
  }

  /** Where {@code path} leads when all but its last component is followed; makes that directory. */
  private RootfsPath resolvedParent(RootfsPath path, String source) throws RootfsConflictException {
    if (path.isRoot()) {
      return path;
    }
    return resolved(path.parent(), source).child(path.fileName());
  }

  /** Where {@code path} leads; makes that directory and those it is in, unless there. */
  private RootfsPath resolved(RootfsPath path, String source) throws RootfsConflictException {
    RootfsPath end = followed(path);
    RootfsPath at = RootfsPath.ROOT;
    for (String component : end.components()) {
      at = at.child(component);
      Metadata metadata = Metadata.ofMode(0755).withMtime(sourceDate);
      Placed directory =
          new Placed(new RootfsEntry.Directory(at, metadata), Origin.IMPLIED, source, null);
      Placed present = placed.putIfAbsent(at, directory);
      if (present != null && !(present.entry instanceof RootfsEntry.Directory)) {
        throw conflict(at, present, directory);
      }
    }
    return end;
  }

  /**
   * Where {@code path} leads in this rootfs. What is not there is taken to be a directory that will
   * be. Links that never end lead to one of themselves.
   */
  private RootfsPath followed(RootfsPath path) {
    Deque<String> pending = new ArrayDeque<>(path.components());
    RootfsPath at = RootfsPath.ROOT;
    int links = 0;
    while (!pending.isEmpty()) {
      String component = pending.removeFirst();
      RootfsPath next = component.equals("..") ? at.parent() : at.child(component);
      Placed found = placed.get(next);
      if (found != null && found.entry instanceof RootfsEntry.Symlink link && links < MAX_LINKS) {
        links++;
        at = link.target().startsWith("/") ? RootfsPath.ROOT : at;
        SysrootPath.ROOT.resolve(link.target()).components().reverse().forEach(pending::addFirst);
      } else {
        at = next;
      }
    }
    return at;
  }

  /** Where an entry came from; what is later counts more. */
  private enum Origin {
    /** A directory that something needed to be in. */
    IMPLIED,
    DEFAULT,
    COPY,
    SYSROOT
  }

  /**
   * @param source for messages
   * @param sharedIdentity of the file it was copied from, if that has several names
   */
  private record Placed(
      RootfsEntry entry, Origin origin, String source, @Nullable FileIdentity sharedIdentity) {
    RootfsConflictException.Claim claim() {
      return new RootfsConflictException.Claim(entry.match(KindName.INSTANCE), source);
    }
  }

  private record SharedFile(FileIdentity identity, Metadata metadata) {}
}
