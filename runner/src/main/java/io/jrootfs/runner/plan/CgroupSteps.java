package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.cgroup.CgroupAction;
import io.jrootfs.runner.cgroup.CgroupWrite;
import io.jrootfs.runner.cgroup.ContainerCgroups;
import io.jrootfs.runner.cgroup.Hierarchy;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.spec.KernelPaths;

/** The steps for a container's cgroups: what is done before it exists, and what it sees of them. */
final class CgroupSteps {
  private static final ImmutableSet<MountFlag> INERT_READ_ONLY =
      Sets.immutableEnumSet(
          MountFlag.READ_ONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

  private CgroupSteps() {}

  /** Make them, limit them while they are empty, and have the process start in them. */
  static ImmutableList<LaunchStep> of(ContainerCgroups cgroups) {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    cgroups.actions().forEach(action -> steps.add(action.match(new ToStep())));
    for (CgroupAction action : cgroups.actions()) {
      if (action instanceof CgroupAction.Make make) {
        steps.add(new CgroupStep.Join(make.version(), make.directory()));
      }
    }
    cgroups
        .oomKills()
        .ifPresent(
            kills ->
                steps.add(
                    new CgroupStep.CountOomKills(
                        kills.directory(),
                        kills.file(),
                        kills.key(),
                        kills.limitFile(),
                        "the container reached its memory limit; processes that the kernel has"
                            + " killed for it: ",
                        "; its limit at the end: ")));
    return steps.build();
  }

  /** Where the process enters them, if that need not be first: before it mounts what it sees. */
  static ImmutableList<LaunchStep> entry(ContainerCgroups cgroups) {
    return cgroups.areOfVersion1() && !cgroups.limitTheStart()
        ? ImmutableList.of(new CgroupStep.Enter())
        : ImmutableList.of();
  }

  private static final class ToStep implements CgroupAction.Cases<CgroupStep> {
    @Override
    public CgroupStep make(CgroupAction.Make action) {
      return new CgroupStep.Make(action.version(), action.mountPoint(), action.path());
    }

    @Override
    public CgroupStep write(CgroupWrite action) {
      return new CgroupStep.Write(action);
    }

    @Override
    public CgroupStep filter(CgroupAction.Filter action) {
      return new CgroupStep.FilterDevices(action.directory(), action.program(), action.rules());
    }
  }

  /**
   * Each hierarchy by its name on the host in the tmpfs that is mounted there, and a link for each
   * controller that shares one, as systemd has it.
   */
  static ImmutableList<LaunchStep> mounts(ImmutableList<Hierarchy> hierarchies) {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    for (Hierarchy hierarchy : hierarchies) {
      String mountPoint = hierarchy.mountPoint();
      String name = mountPoint.substring(mountPoint.lastIndexOf('/') + 1);
      steps.add(
          new MountStep.MountFilesystem(
              hierarchy.version() == 2 ? "cgroup2" : "cgroup",
              mountOptions(hierarchy),
              INERT_READ_ONLY,
              KernelPaths.CGROUPS + "/" + name,
              false));
      if (hierarchy.controllers().size() > 1) {
        for (String controller : hierarchy.controllers()) {
          if (!controller.equals(name)) {
            steps.add(new MountStep.MakeSymlink(KernelPaths.CGROUPS + "/" + controller, name));
          }
        }
      }
    }
    return steps.add(new MountStep.RemountReadOnly(KernelPaths.CGROUPS)).build();
  }

  /** cgroup-v1/cgroups.rst: a hierarchy without controllers has a name and "none". */
  private static ImmutableList<String> mountOptions(Hierarchy hierarchy) {
    boolean isNamed =
        hierarchy.version() == 1
            && hierarchy.controllers().stream()
                .allMatch(controller -> controller.startsWith("name="));
    return ImmutableList.<String>builder()
        .addAll(isNamed ? ImmutableList.of("none") : ImmutableList.of())
        .addAll(hierarchy.controllers())
        .build();
  }
}
