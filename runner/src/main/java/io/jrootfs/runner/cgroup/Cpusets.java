package io.jrootfs.runner.cgroup;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.CgroupWrite.Choice;
import io.jrootfs.runner.cgroup.CgroupWrite.Tolerated;
import java.util.List;
import java.util.Optional;

/** What the controller cpuset wants before anything else, and what it does not say. */
final class Cpusets {
  private Cpusets() {}

  /**
   * Refuses numbers that the machine or the cgroup above does not have: in version 2 the kernel
   * takes them and lets the container use all, in version 1 it says "permission denied".
   *
   * @param file {@code cpus} or {@code mems}
   */
  static void check(CgroupPlace place, String file, NumberList wanted, CgroupFiles files)
      throws LimitException {
    NumberList there = inherited(place, file, files);
    if (!there.encloses(wanted)) {
      throw new LimitException(
          "--cpuset-" + file, wanted.toString(), "there is no more than " + there + " here");
    }
  }

  /** What the container's parent has, or the nearest cgroup above it. */
  private static NumberList inherited(CgroupPlace place, String file, CgroupFiles files)
      throws LimitException {
    Hierarchy hierarchy = place.hierarchy();
    String path = CgroupPlace.existing(hierarchy, place.parent(), files);
    while (true) {
      String directory = hierarchy.directory(path);
      List<String> candidates =
          hierarchy.version() == 1
              ? List.of("cpuset." + file, file)
              : List.of("cpuset." + file + ".effective");
      for (String candidate : candidates) {
        Optional<String> list = files.text(directory + "/" + candidate);
        if (list.isPresent() && !list.get().isEmpty()) {
          return NumberList.parse(directory + "/" + candidate, list.get());
        }
      }
      if (path.equals("/")) {
        throw LimitException.notEnforceable(
            "--cpuset-" + file, "nothing is in any cpuset." + file + " of " + directory);
      }
      path = Hierarchy.parent(path);
    }
  }

  /**
   * In version 1 a new cpuset is empty and no process can be in it, so each gets what the nearest
   * one above it has (cpuset(7)).
   *
   * @param directory host path of the container's cgroup
   */
  static ImmutableList<CgroupAction> fill(CgroupPlace place, String directory, CgroupFiles files)
      throws LimitException {
    ImmutableList.Builder<CgroupAction> fill = ImmutableList.builder();
    for (String file : List.of("cpus", "mems")) {
      String list = inherited(place, file, files).toString();
      for (String path : place.fromTheTop()) {
        // Not only those that are empty now: one that was made for another container may have gone
        // with it, and be made again, when the plan is executed.
        if (!path.equals("/")) {
          fill.add(fill(place.hierarchy().directory(path), file, list, Tolerated.FILLED));
        }
      }
      fill.add(fill(directory, file, list, Tolerated.NOTHING));
    }
    return fill.build();
  }

  private static CgroupWrite fill(String directory, String file, String list, Tolerated tolerated) {
    return new CgroupWrite(
        directory,
        ImmutableList.of(new Choice("cpuset." + file, list), new Choice(file, list)),
        tolerated,
        "the cpuset");
  }
}
