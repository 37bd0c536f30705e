package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableSortedSet;

/**
 * A mounted tree of cgroups, and where we are in it. Paths in a hierarchy are absolute and start at
 * its mount point: {@code /} or {@code /a/b}.
 *
 * @param version 1, with controllers of its own, or 2, which has those that no other has
 * @param mountPoint host path
 * @param readOnly whether it is mounted so
 * @param own our cgroup's path
 * @param controllers of version 1, {@code name=x} included; none of version 2, where every cgroup
 *     has its own list
 */
public record Hierarchy(
    int version,
    String mountPoint,
    boolean readOnly,
    String own,
    ImmutableSortedSet<String> controllers) {

  /** The host path of one of its cgroups. */
  String directory(String path) {
    return path.equals("/") ? mountPoint : mountPoint + path;
  }

  /** The path of a cgroup's child. */
  static String child(String path, String name) {
    return path.equals("/") ? "/" + name : path + "/" + name;
  }

  /** The path of the cgroup that a cgroup other than {@code /} is in. */
  static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  /** In words, for messages. */
  String title() {
    return version == 2
        ? "the cgroup hierarchy of version 2"
        : "the cgroup hierarchy " + String.join(",", controllers);
  }
}
