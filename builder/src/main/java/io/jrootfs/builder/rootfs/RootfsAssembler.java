package io.jrootfs.builder.rootfs;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.RootfsDraft.Origin;
import io.jrootfs.builder.sysroot.LinkHop;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Puts a rootfs together from a base, if there is one, files of a sysroot, files and trees from
 * anywhere, and generated defaults, in this order: a copy goes where the links that are already
 * there lead.
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
  /** What distributions have merged into /usr (file-hierarchy(7), "Compatibility Symlinks"). */
  private static final ImmutableList<String> MERGED_USR =
      ImmutableList.of("bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin");

  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;

  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private final Sysroot sysroot;
  private final long sourceDate;
  private final RootfsDraft draft;
  private final Omissions unkept = new Omissions();

  /**
   * @param sysroot where {@link #add} takes files from
   * @param sourceDate the date of directories and defaults, and of every file that is later:
   *     seconds since the epoch
   */
  public RootfsAssembler(Sysroot sysroot, long sourceDate) {
    this.sysroot = sysroot;
    this.sourceDate = sourceDate;
    this.draft = new RootfsDraft(sourceDate);
  }

  /**
   * Begins with a whole tree, to be called before anything is added. Its directories stay as they
   * are, but for the root itself; its files are replaced by copies, and by nothing else.
   *
   * @param source who made it, for messages
   */
  public void addBase(Rootfs base, String source) {
    draft.addBase(base, source);
  }

  /** The same with the root directory as it is there. */
  public void addImage(Rootfs base, String source) {
    draft.addBase(base, source);
    base.get(RootfsPath.ROOT).ifPresent(root -> draft.addRoot(root, source));
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
      if (!draft.leadsToBaseDirectory(RootfsPath.of(hop.link()))) {
        addLinkFree(hop.link(), path);
      }
      addDirectoriesLeft(hop.link().parent(), hop.target());
    }
    addLinkFree(resolution.path(), path);
    if (draft.hasBase()) {
      addNameOnBase(path);
      for (LinkHop hop : resolution.hops()) {
        addNameOnBase(hop.link().parent().resolve(hop.target()));
      }
    }
  }

  /**
   * Where the sysroot has a link, a base may have a directory of its own or another link, such as
   * {@code /lib} before the merge of /usr; then the file gets a link under the name it is looked up
   * by.
   */
  private void addNameOnBase(SysrootPath path) throws IOException, RootfsConflictException {
    Resolution resolution = found(path);
    boolean isLeft =
        resolution.hops().stream()
            .anyMatch(hop -> draft.leadsToBaseDirectory(RootfsPath.of(hop.link())));
    if (!isLeft || resolution.isDirectory() || path.components().contains("..")) {
      return;
    }
    RootfsPath file = draft.resolvedParent(RootfsPath.of(resolution.path()), path.value());
    RootfsPath name = draft.resolvedParent(RootfsPath.of(path), path.value());
    if (!draft.leadsTo(name, file)) {
      draft.place(
          name,
          Optional.empty(),
          new RootfsEntry.Symlink(name, Metadata.ofMode(0777).withMtime(sourceDate), file.value()),
          Origin.SYSROOT,
          path.value());
    }
  }

  /**
   * The same, unless something else has its place: what a program merely may want gives way.
   *
   * @throws NoSuchFileException if it is not there
   * @throws IOException if it cannot be read
   * @throws RootfsConflictException if something copied is where a directory must be
   * @throws UncopyableFileException if no image can hold it
   */
  public void addDefault(SysrootPath path)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Resolution resolution = found(path);
    for (LinkHop hop : resolution.hops()) {
      if (isTaken(hop.link())) {
        return;
      }
    }
    if (resolution.isDirectory() || !isTaken(resolution.path())) {
      add(path);
    }
  }

  private boolean isTaken(SysrootPath linkFree) {
    return draft.origin(RootfsPath.of(linkFree)).equals(Optional.of(Origin.COPY))
        && !draft.isDirectory(RootfsPath.of(linkFree));
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
          && draft.origin(RootfsPath.of(path)).isEmpty()
          && !resolution.hops().isEmpty()
          && draft.origin(RootfsPath.of(resolution.path())).isPresent()) {
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
    if (draft.origin(RootfsPath.of(linkFree)).equals(Optional.of(Origin.SYSROOT))
        || draft.leadsToBaseDirectory(RootfsPath.of(linkFree))) {
      return;
    }
    addLinkFree(linkFree.parent(), requested);
    RootfsPath path = draft.throughBase(RootfsPath.of(linkFree));
    HostFile file = HostFile.read(sysroot.file(linkFree));
    draft.place(
        path,
        file.sharedIdentity(),
        file.entry(path, installed(file, path)),
        Origin.SYSROOT,
        requested.value());
  }

  /** The same tree whatever the format: an image, a plain tar and a directory agree on times. */
  private Metadata dated(HostFile file, RootfsPath path) throws IOException {
    Metadata metadata = file.metadata(attribute -> unkept.add(attribute, path));
    return metadata.withMtime(Math.min(metadata.mtime(), sourceDate));
  }

  private Metadata installed(HostFile file, RootfsPath path) throws IOException {
    Metadata metadata = dated(file, path);
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
    copy(source, destination, MetadataChange.none());
  }

  /**
   * The same with something different about each of the copies.
   *
   * @throws IOException if it cannot be read
   * @throws RootfsConflictException if something else is there
   * @throws UncopyableFileException if no image can hold a file, such as a socket
   */
  public void copy(Path source, RootfsPath destination, MetadataChange change)
      throws IOException, RootfsConflictException, UncopyableFileException {
    HostFile file = HostFile.read(source);
    RootfsPath path =
        file.isDirectory()
            ? draft.resolved(destination, source.toString())
            : draft.resolvedParent(destination, source.toString());
    placeCopy(file, path, change);
  }

  /**
   * @param path where no link leads to; what it is in is here already
   */
  private void placeCopy(HostFile file, RootfsPath path, MetadataChange change)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Path source = file.file();
    RootfsEntry copy = file.entry(path, dated(file, path));
    RootfsEntry changed = copy.match(new WithMetadata(change.applyTo(copy.metadata(), sourceDate)));
    draft.place(path, file.sharedIdentity(), changed, Origin.COPY, source.toString());
    if (file.isDirectory()) {
      for (Path each : children(source)) {
        HostFile child = HostFile.read(each);
        RootfsPath name = path.child(String.valueOf(each.getFileName()));
        // Only where something is already can it be a link.
        boolean mayBeLink = child.isDirectory() && draft.origin(name).isPresent();
        placeCopy(child, mayBeLink ? draft.resolved(name, each.toString()) : name, change);
      }
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

  /** The date of directories and defaults: seconds since the epoch. */
  public long sourceDate() {
    return sourceDate;
  }

  /**
   * Puts something generated in place, unless there is something already. A later copy replaces it.
   * Links to its directory are followed, and for a directory those to itself.
   *
   * @param source who made it, for messages
   * @throws RootfsConflictException if one of its parents is not a directory
   */
  public void addDefault(RootfsEntry entry, String source) throws RootfsConflictException {
    draft.addDefault(entry, source);
  }

  /**
   * Puts something that was asked for in place. Links to its directory are followed.
   *
   * @param source who asked, for messages
   * @throws RootfsConflictException if something else is there
   * @throws IOException if it has to be compared with what is there and that cannot be read
   */
  public void put(RootfsEntry entry, String source) throws IOException, RootfsConflictException {
    RootfsPath path = draft.resolvedParent(entry.path(), source);
    draft.place(path, Optional.empty(), entry.match(new AtPath(path)), Origin.COPY, source);
  }

  /**
   * Changes something that is here already; to be called after everything else.
   *
   * @throws MissingEntryException if it is not here
   */
  public void amend(Amendment amendment) throws MissingEntryException {
    draft.amend(amendment);
  }

  /** Whether {@code path}, its links followed, is a file here. */
  public boolean hasFile(RootfsPath path) {
    return draft.hasFile(path);
  }

  /** The file that the base has at {@code path}, its links followed, unless it was replaced. */
  Optional<RootfsEntry.RegularFile> baseFile(RootfsPath path) {
    return draft.baseFile(path);
  }

  /**
   * The extended attributes that files had and have not in the rootfs, by name; {@link
   * UnkeptAttribute} tells what they are about.
   */
  public ImmutableList<DirectoryWriter.Omission> unkept() {
    return unkept.all();
  }

  /** The rootfs as put together so far. */
  public Rootfs assemble() {
    return draft.toRootfs();
  }
}
