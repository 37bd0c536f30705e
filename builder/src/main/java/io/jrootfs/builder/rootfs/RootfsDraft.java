package io.jrootfs.builder.rootfs;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A rootfs in the making: entries, where each came from, and which of two that want one place gets
 * it. Links among the entries are followed as the kernel will follow them.
 */
final class RootfsDraft {
  /** The kernel's limit on links followed in one look-up, {@code MAXSYMLINKS}. */
  private static final int MAX_LINKS = 40;

  private final long sourceDate;
  private final Map<RootfsPath, Placed> placed = new HashMap<>();
  private boolean hasBase;

  /**
   * @param sourceDate the date of directories that something needed to be in: seconds since the
   *     epoch
   */
  RootfsDraft(long sourceDate) {
    this.sourceDate = sourceDate;
    // Not the sysroot's own: that directory may be anything, such as a private temporary one.
    RootfsEntry root =
        new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755).withMtime(sourceDate));
    placed.put(RootfsPath.ROOT, new Placed(root, Origin.SYSROOT, "every rootfs", null));
  }

  /** Where an entry came from; what is later counts more. */
  enum Origin {
    /** A directory that something needed to be in. */
    IMPLIED,
    DEFAULT,
    /** What everything else is put upon. */
    BASE,
    COPY,
    SYSROOT
  }

  /** A library that a program of another release or patch level needs, mostly. */
  private static final String OTHER_VERSION =
      ", which is another version; let the base bring the program itself, as --include does for a"
          + " Debian system, or take it from a root of the same release with --sysroot";

  /** Where what stands at {@code path} came from; empty if there is nothing. */
  Optional<Origin> origin(RootfsPath path) {
    return Optional.ofNullable(placed.get(path)).map(Placed::origin);
  }

  /** Whether a directory stands at {@code path}, which no link leads to. */
  boolean isDirectory(RootfsPath path) {
    Placed found = placed.get(path);
    return found != null && found.entry instanceof RootfsEntry.Directory;
  }

  /**
   * Puts an entry in place, unless what is there counts more.
   *
   * @param shared what file it is, if that may come again under another name
   * @param source for messages
   * @throws RootfsConflictException if the two cannot both be meant
   * @throws IOException if they have to be compared and cannot be read
   */
  void place(
      RootfsPath path,
      Optional<FileIdentity> shared,
      RootfsEntry entry,
      Origin origin,
      String source)
      throws IOException, RootfsConflictException {
    Placed added = new Placed(entry, origin, source, shared.orElse(null));
    Placed present = placed.get(path);
    if (present == null) {
      placed.put(path, added);
      return;
    }
    boolean isDirectory = entry instanceof RootfsEntry.Directory;
    if (isDirectory != (present.entry instanceof RootfsEntry.Directory)) {
      throw conflict(path, present, added);
    }
    boolean isBase = present.origin == Origin.BASE;
    boolean isReplaceable =
        isDirectory || present.origin == Origin.DEFAULT || (isBase && origin == Origin.COPY);
    if (!isReplaceable && !SameContent.of(present.entry, entry)) {
      throw conflict(path, present, added);
    }
    // Of a base, only files that somebody copies over change.
    boolean isBetter =
        isBase ? origin == Origin.COPY && !isDirectory : origin.compareTo(present.origin) > 0;
    if (isBetter) {
      placed.put(path, added);
    }
  }

  /** Puts all of {@code base} in place, of which nothing else is there yet. */
  void addBase(Rootfs base, String source) {
    hasBase = true;
    Map<RootfsPath, FileIdentity> shared = new HashMap<>();
    for (RootfsEntry entry : base.all()) {
      if (entry instanceof RootfsEntry.HardLink link) {
        // No device has the number -1.
        shared.putIfAbsent(link.target(), new FileIdentity(-1, shared.size()));
      }
    }
    for (RootfsEntry entry : base.all()) {
      if (entry.path().isRoot()) {
        continue;
      }
      RootfsPath first = entry instanceof RootfsEntry.HardLink link ? link.target() : entry.path();
      RootfsEntry file = base.get(first).orElseThrow().match(new AtPath(entry.path()));
      placed.put(entry.path(), new Placed(file, Origin.BASE, source, shared.get(first)));
    }
  }

  /** The root of a base, if it is to be that of the result. */
  void addRoot(RootfsEntry root, String source) {
    placed.put(RootfsPath.ROOT, new Placed(root, Origin.BASE, source, null));
  }

  /** Whether the base has a directory of that name, or a link that leads to one. */
  boolean leadsToBaseDirectory(RootfsPath path) {
    if (!hasBase) {
      return false;
    }
    Placed here = placed.get(path.isRoot() ? path : followed(path.parent()).child(path.fileName()));
    Placed end = placed.get(followed(path));
    return here != null
        && here.origin == Origin.BASE
        && end != null
        && end.entry instanceof RootfsEntry.Directory;
  }

  /** Whether it began with a base. */
  boolean hasBase() {
    return hasBase;
  }

  /** Whether both are names of one place. */
  boolean leadsTo(RootfsPath name, RootfsPath file) {
    return followed(name).equals(followed(file));
  }

  /** Where a file of that name goes: a directory may be a link in the base, and only there. */
  RootfsPath throughBase(RootfsPath path) {
    if (!hasBase || path.isRoot()) {
      return path;
    }
    RootfsPath parent = path.parent();
    return leadsToBaseDirectory(parent)
        ? followed(parent).child(path.fileName())
        : throughBase(parent).child(path.fileName());
  }

  /** {@link RootfsAssembler#addDefault}. */
  void addDefault(RootfsEntry entry, String source) throws RootfsConflictException {
    boolean isDirectory = entry instanceof RootfsEntry.Directory;
    RootfsPath path =
        isDirectory ? resolved(entry.path(), source) : resolvedParent(entry.path(), source);
    Placed present = placed.get(path);
    if (present == null || (isDirectory && present.origin == Origin.IMPLIED)) {
      RootfsEntry moved = entry.match(new AtPath(path));
      placed.put(path, new Placed(moved, Origin.DEFAULT, source, null));
    }
  }

  /** Whether {@code path}, its links followed, is a file here. */
  boolean hasFile(RootfsPath path) {
    Placed found = placed.get(followed(path));
    return found != null && found.entry instanceof RootfsEntry.RegularFile;
  }

  /** {@link RootfsAssembler#baseFile}. */
  Optional<RootfsEntry.RegularFile> baseFile(RootfsPath path) {
    Placed found = placed.get(followed(path));
    return found != null
            && found.origin == Origin.BASE
            && found.entry instanceof RootfsEntry.RegularFile file
        ? Optional.of(file)
        : Optional.empty();
  }

  /** {@link RootfsAssembler#amend}. */
  void amend(Amendment amendment) throws MissingEntryException {
    RootfsPath path = amendment.path();
    RootfsPath top = path.isRoot() ? path : followed(path.parent()).child(path.fileName());
    Placed present = placed.get(top);
    if (present == null) {
      throw new MissingEntryException(amendment);
    }
    placed.put(top, present.changed(amendment.change(), sourceDate));
  }

  /** The rootfs as put together so far. */
  Rootfs toRootfs() {
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

  private static RootfsConflictException conflict(RootfsPath path, Placed first, Placed second) {
    boolean isOtherVersion = first.origin == Origin.BASE && second.origin == Origin.SYSROOT;
    return new RootfsConflictException(
        path, first.claim(), second.claim(), isOtherVersion ? OTHER_VERSION : "");
  }

  /** Where {@code path} leads when all but its last component is followed; makes that directory. */
  RootfsPath resolvedParent(RootfsPath path, String source) throws RootfsConflictException {
    if (path.isRoot()) {
      return path;
    }
    return resolved(path.parent(), source).child(path.fileName());
  }

  /** Where {@code path} leads; makes that directory and those it is in, unless there. */
  RootfsPath resolved(RootfsPath path, String source) throws RootfsConflictException {
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

  /**
   * @param source for messages
   * @param sharedIdentity of the file it was copied from, if that has several names
   */
  private record Placed(
      RootfsEntry entry, Origin origin, String source, @Nullable FileIdentity sharedIdentity) {
    RootfsConflictException.Claim claim() {
      return new RootfsConflictException.Claim(entry.match(KindName.INSTANCE), source);
    }

    Placed changed(MetadataChange change, long sourceDate) {
      Metadata metadata = change.applyTo(entry.metadata(), sourceDate);
      return new Placed(entry.match(new WithMetadata(metadata)), origin, source, sharedIdentity);
    }
  }

  private record SharedFile(FileIdentity identity, Metadata metadata) {
    /** Few files differ in metadata alone. */
    @Override
    public int hashCode() {
      return identity.hashCode();
    }
  }
}
