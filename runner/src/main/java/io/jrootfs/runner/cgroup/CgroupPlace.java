package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Optional;

/**
 * Where in one hierarchy the container's cgroup is made, and whether it can be.
 *
 * @param hierarchy the hierarchy
 * @param parent path of the cgroup that it is made in; may have to be made first
 * @param obstacle why it cannot be made, and what to do about it; empty if nothing is known that
 *     stands in the way
 */
record CgroupPlace(Hierarchy hierarchy, String parent, Optional<String> obstacle) {
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  /**
   * Looks for a place.
   *
   * @param wanted path to make it in, if the user has a wish
   */
  static CgroupPlace find(Hierarchy hierarchy, Optional<String> wanted, CgroupFiles files) {
    String own = hierarchy.own();
    String parent = wanted.orElse(own);
    if (hierarchy.version() == 2 && wanted.isEmpty() && isInner(hierarchy, own, files)) {
      // A cgroup with processes, as ours is, cannot share out controllers among its children
      // (cgroup-v2.rst, "No Internal Process Constraint"), so the container's is a sibling.
      parent = own.equals("/") ? "/" : Hierarchy.parent(own);
    }
    return new CgroupPlace(hierarchy, parent, obstacle(hierarchy, parent, files));
  }

  /** Whether it is some cgroup, but not the root of all, which has no type and no rules. */
  private static boolean isInner(Hierarchy hierarchy, String path, CgroupFiles files) {
    return files.text(hierarchy.directory(path) + "/cgroup.type").isPresent();
  }

  private static Optional<String> obstacle(Hierarchy hierarchy, String parent, CgroupFiles files) {
    if (hierarchy.readOnly()) {
      return Optional.of(hierarchy.title() + " is mounted read-only on " + hierarchy.mountPoint());
    }
    String existing = existing(hierarchy, parent, files);
    String directory = hierarchy.directory(existing);
    if (!files.isReadable(directory + "/cgroup.procs")) {
      return Optional.of(directory + " is no cgroup that we can see");
    }
    if (!files.isWritable(directory)) {
      return Optional.of("we may not make a cgroup in " + directory + "; " + delegation(hierarchy));
    }
    // To move a process takes the right to write where its way leads over (cgroup-v2.rst,
    // "Delegation Containment").
    String common = hierarchy.directory(common(hierarchy.own(), existing)) + "/cgroup.procs";
    if (hierarchy.version() == 2 && !files.isWritable(common)) {
      return Optional.of("we may not write " + common + "; " + delegation(hierarchy));
    }
    return Optional.empty();
  }

  private static String delegation(Hierarchy hierarchy) {
    return hierarchy.version() == 1
        ? "only root can limit anything with cgroups of version 1"
        : "start jrun in a cgroup that is delegated to this user, with systemd by 'systemd-run"
            + " --user --scope -p Delegate=yes jrun ...'";
  }

  /** The nearest path above, or the path itself, that is there already. */
  static String existing(Hierarchy hierarchy, String path, CgroupFiles files) {
    String existing = path;
    while (!existing.equals("/")
        && !files.isReadable(hierarchy.directory(existing) + "/cgroup.procs")) {
      existing = Hierarchy.parent(existing);
    }
    return existing;
  }

  private static String common(String a, String b) {
    String common = a;
    while (!common.equals("/") && !b.equals(common) && !b.startsWith(common + "/")) {
      common = Hierarchy.parent(common);
    }
    return common;
  }

  /** All paths from the hierarchy's top down to {@link #parent}. */
  ImmutableList<String> fromTheTop() {
    ImmutableList.Builder<String> paths = ImmutableList.<String>builder().add("/");
    String path = "/";
    for (String name : Splitter.on('/').omitEmptyStrings().split(parent)) {
      path = Hierarchy.child(path, name);
      paths.add(path);
    }
    return paths.build();
  }

  /** Controllers of version 2 that the cgroup at a path can hand down; none if it is yet to be. */
  static ImmutableSortedSet<String> controllers(
      Hierarchy hierarchy, String path, CgroupFiles files) {
    return words(hierarchy, path, "cgroup.controllers", files);
  }

  /** Controllers of version 2 that the cgroup at a path hands down already. */
  static ImmutableSortedSet<String> handedDown(
      Hierarchy hierarchy, String path, CgroupFiles files) {
    return words(hierarchy, path, "cgroup.subtree_control", files);
  }

  private static ImmutableSortedSet<String> words(
      Hierarchy hierarchy, String path, String file, CgroupFiles files) {
    return ImmutableSortedSet.copyOf(
        WORDS.split(files.text(hierarchy.directory(path) + "/" + file).orElse("")));
  }

  /** From the top on, each cgroup gives a controller of version 2 to those below it. */
  ImmutableList<CgroupWrite> handDown(String controller, String option, CgroupFiles files) {
    ImmutableList.Builder<CgroupWrite> writes = ImmutableList.builder();
    for (String path : fromTheTop()) {
      if (!handedDown(hierarchy, path, files).contains(controller)) {
        writes.add(
            new CgroupWrite(
                hierarchy.directory(path),
                ImmutableList.of(
                    new CgroupWrite.Choice("cgroup.subtree_control", "+" + controller)),
                CgroupWrite.Tolerated.NOTHING,
                option));
      }
    }
    return writes.build();
  }

  /**
   * Why a controller of version 2 cannot be had at this place although it is known at the top;
   * empty if it can.
   */
  Optional<String> obstacle(String controller, CgroupFiles files) {
    if (obstacle.isPresent()) {
      return obstacle;
    }
    String existing = existing(hierarchy, parent, files);
    for (String path : fromTheTop()) {
      String directory = hierarchy.directory(path);
      if (path.length() > existing.length()
          || handedDown(hierarchy, path, files).contains(controller)) {
        continue;
      }
      if (!controllers(hierarchy, path, files).contains(controller)) {
        return Optional.of(
            "the controller "
                + controller
                + " is not among those of "
                + directory
                + " (cgroup.controllers); it must be handed down to there");
      }
      if (!files.isWritable(directory + "/cgroup.subtree_control")) {
        return Optional.of(
            "the controller "
                + controller
                + " is not handed down by "
                + directory
                + " and we may not write its cgroup.subtree_control");
      }
      if (isInner(hierarchy, path, files)
          && !files.text(directory + "/cgroup.procs").orElse("").isEmpty()) {
        return Optional.of(
            "the controller "
                + controller
                + " cannot be handed down by "
                + directory
                + " while processes are in it; move them into a cgroup below, or give another"
                + " --cgroup-parent");
      }
    }
    return Optional.empty();
  }
}
