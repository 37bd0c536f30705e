package io.jrootfs.builder.image;

import io.jrootfs.builder.image.StackedFile.StackedDirectory;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.TarMember;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree to which layers are applied, lowest first (image-spec layer.md, Applying Changesets).
 *
 * <p>Names lead to files as in a file system, so that hard links are names of one file. Each name
 * remembers the layer that put it there: whiteouts hide what lower layers brought, wherever in
 * their own layer they stand.
 */
final class LayerStack {
  private static final String OPAQUE = ".wh..wh..opq";

  /** Of aufs, which left its own bookkeeping in old layers; it is no content. */
  private static final String AUFS = ".wh..wh.";

  /** The kernel's limit on links in one look-up, path_resolution(7). */
  private static final int MAX_LINKS = 40;

  /** What a directory nobody described is like; the specification leaves it open. */
  private static final Metadata IMPLICIT = Metadata.ofMode(0755);

  private final StackedDirectory root = StackedDirectory.root(IMPLICIT);
  private int layer;

  /** An entry cannot be applied to the tree. */
  static final class ConflictException extends Exception {
    private static final long serialVersionUID = 1L;

    ConflictException(String reason) {
      super(reason);
    }
  }

  /** What is applied from now on is in the next layer. */
  void beginLayer() {
    layer++;
  }

  void apply(TarMember member) throws ConflictException {
    RootfsEntry entry = member.entry();
    RootfsPath path = entry.path();
    if (path.isRoot()) {
      root.describe(member);
      return;
    }
    RootfsPath parents = path.parent();
    if (hasNameThatBeginsWith(AUFS, parents)) {
      return;
    }
    if (hasNameThatBeginsWith(Whiteout.PREFIX, parents)) {
      throw new ConflictException("in a directory whose name begins with " + Whiteout.PREFIX);
    }
    String name = path.fileName();
    if (name.startsWith(Whiteout.PREFIX)) {
      StackedDirectory parent = find(parents);
      if (parent != null) {
        whiteOut(parent, name);
      }
    } else if (entry instanceof RootfsEntry.HardLink link) {
      StackedFile target = linkTarget(link);
      directory(parents).put(name, target, layer);
    } else {
      put(directory(parents), name, member);
    }
  }

  private static boolean hasNameThatBeginsWith(String prefix, RootfsPath path) {
    return path.value().contains("/" + prefix);
  }

  private void whiteOut(StackedDirectory parent, String name) throws ConflictException {
    if (name.equals(OPAQUE)) {
      parent.hideAllBelow(layer);
      return;
    }
    String hidden = name.substring(Whiteout.PREFIX.length());
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw new ConflictException("a whiteout that names nothing");
    }
    parent.hide(hidden, layer);
  }

  private void put(StackedDirectory parent, String name, TarMember member)
      throws ConflictException {
    RootfsEntry entry = member.entry();
    if (!(entry instanceof RootfsEntry.Directory)) {
      parent.put(name, new StackedFile.Leaf(member), layer);
      return;
    }
    // What is in it stays: only its attributes are described anew. But not where a symbolic link
    // to a directory was: the entry says what the name is now.
    StackedDirectory directory =
        parent.get(name) instanceof StackedDirectory existing
            ? existing
            : parent.newDirectory(name, entry.metadata());
    directory.describe(member);
    parent.put(name, directory, layer);
  }

  private StackedFile linkTarget(RootfsEntry.HardLink link) throws ConflictException {
    StackedDirectory parent = find(link.target().parent());
    StackedFile target = parent == null ? null : parent.get(link.target().fileName());
    if (target == null) {
      throw new ConflictException("hard link to " + link.target() + ", which does not exist");
    }
    if (target instanceof StackedDirectory) {
      throw new ConflictException("hard link to " + link.target() + ", which is a directory");
    }
    return target;
  }

  /** The directory a path leads to, links followed inside the root, or null if it leads nowhere. */
  private @Nullable StackedDirectory find(RootfsPath path) throws ConflictException {
    return walk(path, false) instanceof StackedDirectory directory ? directory : null;
  }

  /**
   * The regular file a path leads to, links followed inside the root; empty if it leads to none.
   *
   * @throws ConflictException if there are too many links on the way
   */
  Optional<FileContent> content(RootfsPath path) throws ConflictException {
    return walk(path, false) instanceof StackedFile.Leaf leaf
            && leaf.entry() instanceof RootfsEntry.RegularFile file
        ? Optional.of(file.content())
        : Optional.empty();
  }

  /** The directory a path leads to; what is missing of it is made. */
  private StackedDirectory directory(RootfsPath path) throws ConflictException {
    if (walk(path, true) instanceof StackedDirectory directory) {
      return directory;
    }
    throw new IllegalStateException("missing directories were to be made: " + path);
  }

  /**
   * What a path leads to, or null if it leads nowhere.
   *
   * @param make whether all of it is to be directories, those made that are missing
   */
  private @Nullable StackedFile walk(RootfsPath path, boolean make) throws ConflictException {
    StackedDirectory at = root;
    Deque<String> pending = new ArrayDeque<>(path.components());
    int links = 0;
    while (!pending.isEmpty()) {
      String name = pending.removeFirst();
      if (name.equals("..")) {
        at = at.parent();
        continue;
      }
      StackedFile next = at.get(name);
      if (next instanceof StackedDirectory directory) {
        at = directory;
      } else if (next instanceof StackedFile.Leaf leaf
          && leaf.entry() instanceof RootfsEntry.Symlink link) {
        if (++links > MAX_LINKS) {
          throw new ConflictException("too many symbolic links on the way to " + path);
        }
        at = link.target().startsWith("/") ? root : at;
        pushTarget(pending, link.target());
      } else if (next != null && make) {
        throw new ConflictException("its parent " + path + " is not a directory");
      } else if (next != null || !make) {
        return pending.isEmpty() ? next : null;
      } else {
        StackedDirectory made = at.newDirectory(name, IMPLICIT);
        at.put(name, made, layer);
        at = made;
      }
    }
    return at;
  }

  private static void pushTarget(Deque<String> pending, String target) {
    String[] components = target.split("/", -1);
    for (int i = components.length - 1; i >= 0; i--) {
      if (!components[i].isEmpty() && !components[i].equals(".")) {
        pending.addFirst(components[i]);
      }
    }
  }

  /**
   * The tree as it stands.
   *
   * @param unkept takes what its files have not of what the layers say of them
   * @throws ConflictException if an access control list names somebody whom it has no account for
   * @throws IOException if its accounts are needed and cannot be read
   */
  Rootfs toRootfs(UnkeptRecords unkept) throws ConflictException, IOException {
    return StackedFile.toRootfs(root, new StackAccounts(this), unkept);
  }
}
