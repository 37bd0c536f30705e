package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All cgroup hierarchies that are mounted and that we are in.
 *
 * <p>Whether a system is "version 1", "version 2" or "hybrid" is never asked: a controller is where
 * it is, alone or together with others, and may be on either side.
 *
 * @param hierarchies in the order of their mounts, at most one of version 2
 */
public record CgroupMounts(ImmutableList<Hierarchy> hierarchies) {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();
  private static final Splitter SPACES = Splitter.on(' ');
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  /** What is mounted, of {@code /proc/PID/mountinfo}. */
  private record MountPoint(
      String root, String path, boolean readOnly, int version, ImmutableSortedSet<String> options) {

    /** Our path below this mount, of a path from the hierarchy's root; empty if we are outside. */
    Optional<String> relative(String own) {
      if (root.equals("/")) {
        return own.startsWith("/..") ? Optional.empty() : Optional.of(own);
      }
      if (own.equals(root)) {
        return Optional.of("/");
      }
      return own.startsWith(root + "/")
          ? Optional.of(own.substring(root.length()))
          : Optional.empty();
    }
  }

  /**
   * Finds them.
   *
   * @param mountinfo of {@code /proc/self/mountinfo} (proc(5))
   * @param own of {@code /proc/self/cgroup} (cgroups(7))
   */
  public static CgroupMounts parse(String mountinfo, String own) {
    List<MountPoint> mounts = mounts(mountinfo);
    ImmutableList.Builder<Hierarchy> found = ImmutableList.builder();
    for (String line : LINES.split(own)) {
      // ID:CONTROLLER,CONTROLLER:PATH, and a path may have colons.
      List<String> fields = Splitter.on(':').limit(3).splitToList(line);
      if (fields.size() < 3) {
        continue;
      }
      int version = fields.get(0).equals("0") && fields.get(1).isEmpty() ? 2 : 1;
      ImmutableSortedSet<String> controllers =
          ImmutableSortedSet.copyOf(COMMAS.split(fields.get(1)));
      for (MountPoint mount : mounts) {
        Optional<String> path = mount.relative(fields.get(2));
        if (mount.version == version
            && mount.options.containsAll(controllers)
            && path.isPresent()) {
          found.add(new Hierarchy(version, mount.path, mount.readOnly, path.get(), controllers));
          break;
        }
      }
    }
    return new CgroupMounts(
        ImmutableList.sortedCopyOf(
            (a, b) -> a.mountPoint().compareTo(b.mountPoint()), found.build()));
  }

  /** A later mount hides an earlier one at the same place. */
  private static List<MountPoint> mounts(String mountinfo) {
    Map<String, MountPoint> byPath = new LinkedHashMap<>();
    for (String line : LINES.split(mountinfo)) {
      List<String> fields = SPACES.splitToList(line);
      int dash = fields.indexOf("-");
      if (dash < 6 || fields.size() < dash + 4) {
        continue;
      }
      String path = unescaped(fields.get(4));
      byPath.remove(path);
      String type = fields.get(dash + 1);
      if (type.equals("cgroup") || type.equals("cgroup2")) {
        byPath.put(
            path,
            new MountPoint(
                unescaped(fields.get(3)),
                path,
                COMMAS.splitToList(fields.get(5)).contains("ro"),
                type.equals("cgroup") ? 1 : 2,
                ImmutableSortedSet.copyOf(COMMAS.split(fields.get(dash + 3)))));
      }
    }
    // Writable ones first: a hierarchy may be mounted more than once.
    List<MountPoint> mounts = new ArrayList<>();
    byPath.values().stream().filter(mount -> !mount.readOnly).forEach(mounts::add);
    byPath.values().stream().filter(mount -> mount.readOnly).forEach(mounts::add);
    return mounts;
  }

  /** Space, tab, line feed and backslash come as octal numbers (proc(5), mountinfo). */
  private static String unescaped(String text) {
    Matcher matcher = ESCAPE.matcher(text);
    return matcher.replaceAll(
        match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
  }

  /** The hierarchy of version 1 that has a controller. */
  Optional<Hierarchy> version1(String controller) {
    return hierarchies.stream().filter(h -> h.controllers().contains(controller)).findFirst();
  }

  /** The hierarchy of version 2. */
  Optional<Hierarchy> version2() {
    return hierarchies.stream().filter(h -> h.version() == 2).findFirst();
  }

  /** The hierarchy that has a controller: one of version 1, or else the one of version 2. */
  Optional<Hierarchy> having(String controller1, String controller2, CgroupFiles files) {
    return version1(controller1)
        .or(
            () ->
                version2()
                    .filter(
                        unified ->
                            CgroupPlace.controllers(unified, "/", files).contains(controller2)));
  }

  /** What is said when none has it. */
  static String without(String controller) {
    return "no mounted cgroup hierarchy has the controller "
        + controller
        + "; the kernel may be without it, or started with it switched off";
  }
}
