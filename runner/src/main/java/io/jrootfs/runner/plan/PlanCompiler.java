package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.ContainerProcess;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.Device;
import io.jrootfs.runner.spec.Isolation;
import io.jrootfs.runner.spec.KernelPaths;
import io.jrootfs.runner.spec.TextFile;
import java.util.Optional;

/** From a container's specification to the steps that make it, in an order the kernel accepts. */
public final class PlanCompiler {
  /** runtime-spec config-linux.md, Default Devices and runtime-linux.md, Dev symbolic links. */
  private static final ImmutableMap<String, String> DEV_LINKS =
      ImmutableMap.of(
          "/dev/fd", "/proc/self/fd",
          "/dev/stdin", "/proc/self/fd/0",
          "/dev/stdout", "/proc/self/fd/1",
          "/dev/stderr", "/proc/self/fd/2",
          "/dev/core", "/proc/kcore",
          "/dev/ptmx", "pts/ptmx");

  /** What podman ends with after its {@code --timeout}. */
  private static final int TIMED_OUT = 255;

  private final ContainerSpec spec;
  private final ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();

  private PlanCompiler(ContainerSpec spec) {
    this.spec = spec;
  }

  /** The plan that makes {@code spec} a running container. */
  public static LaunchPlan compile(ContainerSpec spec) {
    PlanCompiler compiler = new PlanCompiler(spec);
    CgroupSteps.of(spec.linux().cgroups()).forEach(compiler.steps::add);
    compiler.namespaces();
    compiler.root();
    compiler.mounts();
    compiler.insideTheRoot();
    compiler.process();
    return new LaunchPlan(compiler.steps.build());
  }

  /** What the launcher does itself is before and right behind the Clone. */
  private void namespaces() {
    if (spec.lifetime().timeout() > 0) {
      steps.add(new ProcessStep.LimitTime(spec.lifetime(), TIMED_OUT));
    }
    Isolation isolation = spec.linux().isolation();
    if (!isolation.offsets().isEmpty()) {
      steps.add(new NamespaceStep.OffsetClocks(isolation.offsets()));
    }
    Optional<String> joinedUser = Optional.ofNullable(isolation.joined().get(Namespace.USER));
    if (spec.root().shifted() && joinedUser.isPresent()) {
      steps.add(new NamespaceStep.ShiftRoot(spec.root().path(), joinedUser));
    }
    isolation.joined().forEach(this::join);
    // Last, for with it the rights over the others are gone.
    joinedUser.ifPresent(path -> steps.add(new NamespaceStep.Join(Namespace.USER, path)));
    steps.add(
        new NamespaceStep.Clone(
            Sets.immutableEnumSet(
                Sets.difference(isolation.own(), ImmutableSet.of(Namespace.TIME)))));
    if (isolation.isOwn(Namespace.USER)) {
      steps.add(new NamespaceStep.MapIds(isolation.shift().orElseThrow()));
      if (spec.root().shifted()) {
        steps.add(new NamespaceStep.ShiftRoot(spec.root().path(), Optional.empty()));
      }
    }
    steps.addAll(ProcessSteps.fromOutside(spec.process()));
  }

  private void join(Namespace kind, String path) {
    if (kind != Namespace.USER) {
      steps.add(new NamespaceStep.Join(kind, path));
    }
  }

  private void root() {
    for (Mount mount : spec.mounts()) {
      if (mount instanceof Mount.Bind bind
          && (bind.recursive() || bind.propagation() == Propagation.SHARED)) {
        steps.add(new MountStep.OpenSource(bind.source(), bind.recursive()));
      }
    }
    steps.add(new MountStep.SlaveRoot());
    if (spec.process().init()) {
      steps.add(new ProcessStep.StayAsInit());
    }
    if (!spec.root().layers().isEmpty()) {
      steps.add(
          new MountStep.MountIndex(
              spec.root().path(),
              spec.root().layers(),
              spec.root().image(),
              spec.root().mountPoint()));
    }
    steps.add(
        new MountStep.OverlayRoot(
            spec.root().path(), spec.root().mountPoint(), spec.linux().userNamespace()));
    // Before any mount: whatever the image's links are, they lead to nothing but its own copy.
    for (TextFile file : spec.root().files()) {
      steps.add(new MountStep.MakeDirectory(parent(file.path()), 0755));
      steps.add(new MountStep.WriteFile(file.path(), 0644, file.content()));
    }
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  private void mounts() {
    for (Mount mount : spec.mounts()) {
      if (mount instanceof Mount.Filesystem filesystem) {
        steps.add(
            new MountStep.MountFilesystem(
                filesystem.type(),
                filesystem.options(),
                filesystem.flags(),
                filesystem.destination(),
                filesystem.keepsMode(),
                !filesystem.fixed()));
      } else if (mount instanceof Mount.Bind bind) {
        steps.add(
            new MountStep.BindMount(
                bind.source(),
                bind.destination(),
                bind.recursive(),
                bind.flags(),
                bind.cleared(),
                bind.propagation()));
      }
      // Before what is mounted below it, so that everything lands on the tmpfs just made.
      if (mount.destination().equals("/dev") && mount instanceof Mount.Filesystem) {
        dev();
      }
      if (mount.destination().equals(KernelPaths.CGROUPS)
          && mount instanceof Mount.Filesystem filesystem
          && filesystem.type().equals("tmpfs")) {
        CgroupSteps.entry(spec.linux().cgroups()).forEach(steps::add);
        CgroupSteps.mounts(spec.linux().hierarchies()).forEach(steps::add);
      }
    }
    steps.add(new MountStep.MakeDirectory("/tmp", 01777));
    if (spec.process().terminal()) {
      steps.add(new ProcessStep.OpenTerminal());
    }
  }

  private void dev() {
    for (Device device : spec.linux().devices()) {
      // mknod(2) is refused in a user namespace, whatever the capabilities (user_namespaces(7)).
      // Read-only is the node, whose mode and owner are the host's; the device can be written.
      if (spec.linux().userNamespace()) {
        steps.add(
            new MountStep.BindMount(
                device.source(), device.path(), false, ImmutableSet.of(MountFlag.READ_ONLY)));
        continue;
      }
      String directory = parent(device.path());
      if (!directory.equals("/dev")) {
        steps.add(new MountStep.MakeDirectory(directory, 0755));
      }
      steps.add(
          new MountStep.MakeDevice(
              device.path(),
              device.type(),
              device.fileMode(),
              device.uid(),
              device.gid(),
              device.major(),
              device.minor()));
    }
    DEV_LINKS.forEach((link, target) -> steps.add(new MountStep.MakeSymlink(link, target)));
  }

  private void insideTheRoot() {
    steps.add(new MountStep.PivotRoot());
    if (spec.linux().namespaces().contains(Namespace.UTS)) {
      steps.add(new NamespaceStep.SetHostname(spec.hostname()));
      spec.domainname().ifPresent(name -> steps.add(new NamespaceStep.SetDomainName(name)));
    }
    if (spec.linux().namespaces().contains(Namespace.NETWORK)) {
      steps.add(new NamespaceStep.LoopbackUp());
    }
    // Before what they are read-only behind.
    spec.linux().sysctls().forEach(sysctl -> steps.add(new NamespaceStep.SetSysctl(sysctl)));
    spec.linux().readonlyPaths().forEach(path -> steps.add(new MountStep.ReadOnlyPath(path)));
    spec.linux().maskedPaths().forEach(path -> steps.add(new MountStep.MaskPath(path)));
  }

  private void process() {
    ContainerProcess process = spec.process();
    // Creates the directory if need be, so it comes before the root becomes read-only.
    steps.add(new ProcessStep.WorkingDirectory(process.cwd()));
    if (spec.root().readonly()) {
      steps.add(new MountStep.ReadOnlyRoot());
    }
    steps.addAll(
        ProcessSteps.of(
            process,
            spec.linux().seccomp(),
            spec.foreign().map(foreign -> ", " + foreign).orElse("")));
  }
}
