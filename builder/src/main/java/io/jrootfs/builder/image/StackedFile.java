package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.AtPath;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.WithMetadata;
import io.jrootfs.builder.tar.PosixAcl;
import io.jrootfs.builder.tar.TarMember;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file in a {@link LayerStack}, which may have several names. Compared by identity. */
sealed interface StackedFile {

  /** Anything but a directory. */
  final class Leaf implements StackedFile {
    private final RootfsEntry entry;
    private final ImmutableSortedMap<String, PosixAcl> acls;
    private final ImmutableSet<String> unkept;

    /**
     * @param member neither a directory nor a hard link; its path is the first name it had
     */
    Leaf(TarMember member) {
      this.entry = member.entry();
      this.acls = member.acls();
      this.unkept = member.unkept();
    }

    RootfsEntry entry() {
      return entry;
    }
  }

  /** A directory, which has one name only. */
  final class StackedDirectory implements StackedFile {
    /**
     * In bytes, PATH_MAX. Links let entries be deeper than their names are long; this bounds depth
     * and with it recursion.
     */
    private static final int MAX_PATH_LENGTH = 4096;

    private final Map<String, Name> names = new HashMap<>();
    private final @Nullable StackedDirectory parent;
    private final int pathLength;
    private Metadata metadata;
    private ImmutableSortedMap<String, PosixAcl> acls = ImmutableSortedMap.of();
    private ImmutableSet<String> unkept = ImmutableSet.of();

    /** A name in the directory, and the layer that put it there. */
    private record Name(StackedFile file, int layer) {}

    private StackedDirectory(@Nullable StackedDirectory parent, int pathLength, Metadata metadata) {
      this.parent = parent;
      this.pathLength = pathLength;
      this.metadata = metadata;
    }

    static StackedDirectory root(Metadata metadata) {
      return new StackedDirectory(null, 0, metadata);
    }

    /** Its attributes are those of this directory from now on. */
    void describe(TarMember member) {
      metadata = member.entry().metadata();
      acls = member.acls();
      unkept = member.unkept();
    }

    /** A directory to be put into this one under that name. */
    StackedDirectory newDirectory(String name, Metadata newMetadata)
        throws LayerStack.ConflictException {
      int length = pathLength + 1 + name.getBytes(StandardCharsets.UTF_8).length;
      if (length > MAX_PATH_LENGTH) {
        throw new LayerStack.ConflictException(
            "leads to a directory whose path is longer than " + MAX_PATH_LENGTH + " bytes");
      }
      return new StackedDirectory(this, length, newMetadata);
    }

    /** The root is its own parent. */
    StackedDirectory parent() {
      return parent == null ? this : parent;
    }

    @Nullable StackedFile get(String name) {
      Name found = names.get(name);
      return found == null ? null : found.file;
    }

    /** Gives {@code file} that name here; what had it before loses it. */
    void put(String name, StackedFile file, int layer) {
      names.put(name, new Name(file, layer));
    }

    /**
     * Removes a name with all that is below it, so far as lower layers than {@code layer} made it.
     */
    void hide(String name, int layer) {
      Name hidden = names.get(name);
      if (hidden == null) {
        return;
      }
      boolean isStillUsed = false;
      if (hidden.file instanceof StackedDirectory directory) {
        directory.hideAllBelow(layer);
        isStillUsed = !directory.names.isEmpty();
      }
      if (hidden.layer < layer && !isStillUsed) {
        names.remove(name);
      }
    }

    /** Empties the directory of what lower layers than {@code layer} made. */
    void hideAllBelow(int layer) {
      for (String name : ImmutableList.copyOf(names.keySet())) {
        hide(name, layer);
      }
    }
  }

  /**
   * All files by their paths; of several names the first in path order holds the content.
   *
   * @param accounts of those whom access control lists name
   * @param unkept takes what the files have not
   * @throws LayerStack.ConflictException if they do not know somebody
   * @throws IOException if they cannot be read
   */
  static Rootfs toRootfs(StackedDirectory root, StackAccounts accounts, UnkeptRecords unkept)
      throws LayerStack.ConflictException, IOException {
    TreeMap<RootfsPath, StackedFile> byPath = new TreeMap<>();
    collect(RootfsPath.ROOT, root, byPath);
    IdentityHashMap<StackedFile, RootfsEntry> firstNames = new IdentityHashMap<>();
    ImmutableList.Builder<RootfsEntry> entries = ImmutableList.builder();
    for (Map.Entry<RootfsPath, StackedFile> named : byPath.entrySet()) {
      RootfsPath path = named.getKey();
      if (named.getValue() instanceof StackedDirectory directory) {
        Metadata metadata = accounts.numbered(path, directory.metadata, directory.acls);
        entries.add(new RootfsEntry.Directory(path, metadata));
        unkept.addAll(directory.unkept, path);
      } else if (named.getValue() instanceof Leaf leaf) {
        RootfsEntry first = firstNames.get(leaf);
        RootfsEntry entry =
            first == null
                ? numbered(path, leaf, accounts)
                : new RootfsEntry.HardLink(path, first.metadata(), first.path());
        if (first == null) {
          firstNames.put(leaf, entry);
          unkept.addAll(leaf.unkept, path);
        }
        entries.add(entry);
      }
    }
    return Rootfs.of(entries.build());
  }

  private static RootfsEntry numbered(RootfsPath path, Leaf leaf, StackAccounts accounts)
      throws LayerStack.ConflictException, IOException {
    RootfsEntry entry = leaf.entry().match(new AtPath(path));
    return leaf.acls.isEmpty()
        ? entry
        : entry.match(new WithMetadata(accounts.numbered(path, entry.metadata(), leaf.acls)));
  }

  private static void collect(
      RootfsPath path, StackedDirectory directory, Map<RootfsPath, StackedFile> byPath) {
    byPath.put(path, directory);
    directory.names.forEach(
        (name, named) -> {
          if (named.file instanceof StackedDirectory child) {
            collect(path.child(name), child, byPath);
          } else {
            byPath.put(path.child(name), named.file);
          }
        });
  }
}
