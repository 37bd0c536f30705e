package io.jrootfs.builder.inspect;

import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A directory with what is in it and below. */
final class DirectoryNode {
  private final RootfsPath path;
  private final List<DirectoryNode> directories = new ArrayList<>();
  private final List<RootfsEntry> others = new ArrayList<>();
  private long size;

  private DirectoryNode(RootfsPath path) {
    this.path = path;
  }

  /** The root of a tree, everything in path order. */
  static DirectoryNode rootOf(Rootfs rootfs) {
    Map<RootfsPath, DirectoryNode> nodes = new HashMap<>();
    DirectoryNode root = new DirectoryNode(RootfsPath.ROOT);
    nodes.put(RootfsPath.ROOT, root);
    for (RootfsEntry entry : rootfs.all()) {
      if (entry.path().isRoot()) {
        continue;
      }
      DirectoryNode parent = nodes.getOrDefault(entry.path().parent(), root);
      if (entry instanceof RootfsEntry.Directory) {
        DirectoryNode node = new DirectoryNode(entry.path());
        nodes.put(entry.path(), node);
        parent.directories.add(node);
      } else {
        parent.others.add(entry);
        if (entry instanceof RootfsEntry.RegularFile file) {
          parent.size += file.content().size();
        }
      }
    }
    root.addUp();
    return root;
  }

  private void addUp() {
    for (DirectoryNode directory : directories) {
      directory.addUp();
      size += directory.size;
    }
  }

  RootfsPath path() {
    return path;
  }

  List<DirectoryNode> directories() {
    return directories;
  }

  /** What is no directory. */
  List<RootfsEntry> others() {
    return others;
  }

  /** Of all contents here and below, in bytes. */
  long size() {
    return size;
  }
}
