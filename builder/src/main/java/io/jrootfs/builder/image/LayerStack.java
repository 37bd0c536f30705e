package io.jrootfs.builder.image;

import io.jrootfs.builder.image.StackedFile.StackedDirectory;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree to which layers are applied, lowest first (image-spec layer.md, Applying Changesets).
 *
 * <p>Names lead to files as in a file system, so that hard links are names of one file. Each name
 * remembers the layer that put it there: whiteouts hide what lower layers brought, wherever in
 * their own layer they stand.
 */
final class LayerStack {
  private static final String WHITEOUT = ".wh.";
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

  void apply(RootfsEntry entry) throws ConflictException {
    RootfsPath path = entry.path();
    if (path.isRoot()) {
      root.metadata = entry.metadata();
      return;
    }
    List<String> parents = path.parent().components();
    if (parents.stream().anyMatch(name -> name.startsWith(AUFS))) {
      return;
    }
    if (parents.stream().anyMatch(name -> name.startsWith(WHITEOUT))) {
      throw new ConflictException("in a directory whose name begins with " + WHITEOUT);
    }
    String name = path.fileName();
    if (name.startsWith(WHITEOUT)) {
      StackedDirectory parent = find(path.parent());
      if (parent != null) {
        whiteOut(parent, name);
      }
    } else if (entry instanceof RootfsEntry.HardLink link) {
      StackedFile target = linkTarget(link);
      directory(path.parent()).put(name, target, layer);
    } else {
      put(directory(path.parent()), name, entry);
    }
  }

  private void whiteOut(StackedDirectory parent, String name) throws ConflictException {
    if (name.equals(OPAQUE)) {
      parent.hideAllBelow(layer);
      return;
    }
    String hidden = name.substring(WHITEOUT.length());
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw new ConflictException("a whiteout that names nothing");
    }
    parent.hide(hidden, layer);
  }

  private void put(StackedDirectory parent, String name, RootfsEntry entry)
      throws ConflictException {
    if (!(entry instanceof RootfsEntry.Directory)) {
      parent.put(name, new StackedFile.Leaf(entry), layer);
    } else if (parent.get(name) instanceof StackedDirectory existing) {
      // What is in it stays: only its attributes are described anew.
      existing.metadata = entry.metadata();
      parent.put(name, existing, layer);
    } else {
      // Also where a symbolic link to a directory was: the entry says what the name is now.
      parent.put(name, parent.newDirectory(name, entry.metadata()), layer);
    }
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
    return walk(path, false);
  }

  /** The directory a path leads to; what is missing of it is made. */
  private StackedDirectory directory(RootfsPath path) throws ConflictException {
    StackedDirectory directory = walk(path, true);
    if (directory == null) {
      throw new IllegalStateException("missing directories were to be made: " + path);
    }
    return directory;
  }

  private @Nullable StackedDirectory walk(RootfsPath path, boolean make) throws ConflictException {
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
        return null;
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

  /** The tree as it stands. */
  Rootfs toRootfs() {
    return StackedFile.toRootfs(root);
  }
}
