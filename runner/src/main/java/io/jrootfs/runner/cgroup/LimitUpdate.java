package io.jrootfs.runner.cgroup;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.argument.Size;
import io.jrootfs.runner.cgroup.LimitRow.Assignment;
import io.jrootfs.runner.cgroup.LimitRow.Given;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** From limits that a container has to others: what to write, and in which order. */
public final class LimitUpdate {
  private static final String MEMORY_2 = "memory.max";

  private final CgroupMounts mounts;
  private final CgroupFiles files;
  private final ImmutableList<String> directories;

  /** For several options of one controller once. */
  private final Map<String, CgroupWrite> handDowns = new LinkedHashMap<>();

  private final List<CgroupWrite> writes = new ArrayList<>();

  private LimitUpdate(CgroupMounts mounts, CgroupFiles files, ImmutableList<String> directories) {
    this.mounts = mounts;
    this.files = files;
    this.directories = directories;
  }

  /**
   * What to write into the container's cgroups.
   *
   * @param before what was asked for up to now
   * @param after what is to be
   * @param given the options that the user has written; they are written even if nothing seems to
   *     change, for somebody else may have changed it
   * @param directories host paths of all cgroups that are the container's own
   * @throws LimitException if a limit cannot be enforced, with the reason
   */
  public static ImmutableList<CgroupWrite> derive(
      Limits before,
      Limits after,
      ImmutableSet<String> given,
      CgroupMounts mounts,
      CgroupFiles files,
      ImmutableList<String> directories)
      throws LimitException {
    LimitUpdate update = new LimitUpdate(mounts, files, directories);
    Given old = Given.of(before.withPeriod(), files);
    Given wanted = Given.of(after.withPeriod(), files);
    for (LimitRow row : LimitRow.TABLE) {
      boolean isGiven = Splitter.on(" or ").splitToStream(row.option()).anyMatch(given::contains);
      if (isGiven || differs(row, 1, old, wanted) || differs(row, 2, old, wanted)) {
        update.row(row, wanted, after);
      }
    }
    update.order();
    update.checkMemory(after);
    return ImmutableList.<CgroupWrite>builder()
        .addAll(update.handDowns.values())
        .addAll(update.writes)
        .build();
  }

  private static boolean differs(LimitRow row, int version, Given old, Given wanted) {
    return !row.writes(version, old).equals(row.writes(version, wanted));
  }

  private void row(LimitRow row, Given wanted, Limits after) throws LimitException {
    Hierarchy hierarchy =
        mounts
            .having(row.controller(1), row.controller(2), files)
            .orElseThrow(
                () ->
                    LimitException.notEnforceable(
                        row.option(), CgroupMounts.without(row.controller(2))));
    String directory = own(hierarchy, row.option());
    String path = directory.substring(hierarchy.mountPoint().length());
    CgroupPlace place = new CgroupPlace(hierarchy, Hierarchy.parent(path), Optional.empty());
    int version = hierarchy.version();
    ImmutableList<Assignment> assignments = row.writes(version, wanted);
    if (assignments.isEmpty()) {
      assignments = row.lifted(version);
    }
    if (assignments.isEmpty()) {
      return;
    }
    if (version == 2 && !CgroupPlace.controllers(hierarchy, path, files).contains(row.version2())) {
      Optional<String> obstacle = place.obstacle(row.version2(), files);
      if (obstacle.isPresent()) {
        throw LimitException.notEnforceable(row.option(), obstacle.get());
      }
      place
          .handDown(row.version2(), row.option(), files)
          .forEach(write -> handDowns.putIfAbsent(write.directory() + row.version2(), write));
    }
    if (row.option().equals("--cpuset-cpus") && after.processors().isPresent()) {
      Cpusets.check(place, "cpus", after.processors().get(), files);
    }
    if (row.option().equals("--cpuset-mems") && after.memoryNodes().isPresent()) {
      Cpusets.check(place, "mems", after.memoryNodes().get(), files);
    }
    for (Assignment write : assignments) {
      writes.add(new CgroupWrite(directory, write.choices(), write.tolerated(), row.option()));
    }
  }

  /** The container's cgroup in a hierarchy. */
  private String own(Hierarchy hierarchy, String option) throws LimitException {
    return directories.stream()
        .filter(directory -> directory.startsWith(hierarchy.mountPoint() + "/"))
        .findFirst()
        .orElseThrow(
            () ->
                LimitException.notEnforceable(
                    option, "the container has no cgroup of its own in " + hierarchy.title()));
  }

  /**
   * In version 1 memory may at no time be above memory and swap together, and a quota at no time be
   * more of its period than it was or is to be: a cgroup above may not have as much.
   */
  private void order() throws LimitException {
    OptionalInt memory = index(LimitRow.MEMORY_1);
    OptionalInt swap = index(LimitRow.SWAP_1);
    if (memory.isPresent() && swap.isPresent()) {
      orderIf(
          number(value(memory.getAsInt())) > current(swap.getAsInt()),
          memory.getAsInt(),
          swap.getAsInt());
    }
    OptionalInt period = index(LimitRow.PERIOD_1);
    OptionalInt quota = index(LimitRow.QUOTA_1);
    if (period.isPresent() && quota.isPresent()) {
      orderIf(
          number(value(period.getAsInt())) < current(period.getAsInt()),
          period.getAsInt(),
          quota.getAsInt());
    }
  }

  private void orderIf(boolean isOtherWayRound, int first, int second) {
    if (isOtherWayRound) {
      Collections.swap(writes, first, second);
    }
  }

  private OptionalInt index(String file) {
    for (int i = 0; i < writes.size(); i++) {
      if (writes.get(i).choices().get(0).file().equals(file)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private String value(int index) {
    return writes.get(index).choices().get(0).value();
  }

  private long current(int index) {
    CgroupWrite write = writes.get(index);
    return number(files.text(write.directory() + "/" + write.choices().get(0).file()).orElse("-1"));
  }

  /** -1 is no limit. */
  private static long number(String text) {
    return text.equals("-1") ? Long.MAX_VALUE : Long.parseLong(text);
  }

  /**
   * Below what is in use and cannot be thrown away, version 1 refuses a limit; version 2 kills
   * processes until it is kept (cgroup-v2.rst, "memory.max").
   */
  private void checkMemory(Limits after) throws LimitException {
    OptionalInt memory = index(MEMORY_2);
    if (memory.isEmpty() || after.memory().isEmpty()) {
      return;
    }
    String stat = files.text(writes.get(memory.getAsInt()).directory() + "/memory.stat").orElse("");
    long used = UsageReader.keyed(stat, "anon").orElse(0L);
    used += UsageReader.keyed(stat, "shmem").orElse(0L);
    if (used > after.memory().getAsLong()) {
      throw new LimitException(
          "--memory",
          Size.text(after.memory().getAsLong()),
          "the container uses more, "
              + Size.text(used)
              + ", and the kernel would kill it; stop something in it first");
    }
  }
}
