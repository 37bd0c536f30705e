package io.jrootfs.runner.plan;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.mount.Mount;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.ContainerProcess;
import io.jrootfs.runner.spec.ContainerSpec;
import io.jrootfs.runner.spec.Device;
import io.jrootfs.runner.spec.KernelPaths;

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

  private static final Splitter PATH = Splitter.on(':');

  private final ContainerSpec spec;
  private final ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();

  private PlanCompiler(ContainerSpec spec) {
    this.spec = spec;
  }

  /** The plan that makes {@code spec} a running container. */
  public static LaunchPlan compile(ContainerSpec spec) {
    PlanCompiler compiler = new PlanCompiler(spec);
    CgroupSteps.of(spec.linux().cgroups()).forEach(compiler.steps::add);
    compiler.root();
    compiler.mounts();
    compiler.insideTheRoot();
    compiler.process();
    return new LaunchPlan(compiler.steps.build());
  }

  private void root() {
    steps.add(new NamespaceStep.Clone(spec.linux().namespaces()));
    steps.add(new MountStep.SlaveRoot());
    steps.add(
        new MountStep.OverlayRoot(
            spec.root().path(), spec.root().mountPoint(), spec.linux().userNamespace()));
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
                !filesystem.fixed()));
      } else if (mount instanceof Mount.Bind bind) {
        steps.add(
            new MountStep.BindMount(
                bind.source(), bind.destination(), bind.recursive(), bind.flags()));
      }
      // Before what is mounted below it, so that everything lands on the tmpfs just made.
      if (mount.destination().equals("/dev") && mount instanceof Mount.Filesystem) {
        dev();
      }
      if (mount.destination().equals(KernelPaths.CGROUPS)
          && mount instanceof Mount.Filesystem filesystem
          && filesystem.type().equals("tmpfs")) {
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
      steps.add(
          spec.linux().userNamespace()
              ? new MountStep.BindMount(device.path(), device.path(), false, ImmutableSet.of())
              : new MountStep.MakeCharacterDevice(
                  device.path(), device.fileMode(), device.major(), device.minor()));
    }
    DEV_LINKS.forEach((link, target) -> steps.add(new MountStep.MakeSymlink(link, target)));
  }

  private void insideTheRoot() {
    steps.add(new MountStep.PivotRoot());
    steps.add(new NamespaceStep.SetHostname(spec.hostname()));
    if (spec.linux().namespaces().contains(Namespace.NETWORK)) {
      steps.add(new NamespaceStep.LoopbackUp());
    }
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
    steps.add(
        new ProcessStep.Credentials(
            process.user().uid(),
            process.user().gid(),
            process.user().additionalGids(),
            process.capabilities(),
            process.noNewPrivileges()));
    String program = process.args().get(0);
    boolean searched = program.indexOf('/') < 0;
    String searchPath = searched ? variable(process, "PATH") : "";
    String place = searched ? " (searched " + searchPath + ")" : "";
    steps.add(
        new ProcessStep.Exec(
            candidates(program, searchPath, process.cwd()),
            process.args(),
            process.env(),
            "the container has no command '" + program + "'" + place,
            "command '"
                + program
                + "' cannot be executed in the container"
                + spec.foreign().map(foreign -> ", " + foreign).orElse("")
                + place));
  }

  /**
   * Where a program may be: itself if its name holds a slash, else in each directory of PATH, an
   * empty one being the working directory (POSIX, Environment Variables, PATH).
   */
  private static ImmutableList<String> candidates(String program, String searchPath, String cwd) {
    if (program.indexOf('/') >= 0) {
      return ImmutableList.of(absolute(program, cwd));
    }
    return PATH.splitToStream(searchPath)
        .map(directory -> absolute(directory.isEmpty() ? program : directory + "/" + program, cwd))
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  private static String absolute(String path, String cwd) {
    if (path.startsWith("/")) {
      return path;
    }
    return cwd.endsWith("/") ? cwd + path : cwd + "/" + path;
  }

  private static String variable(ContainerProcess process, String name) {
    return process.env().stream()
        .filter(entry -> entry.startsWith(name + "="))
        .map(entry -> entry.substring(name.length() + 1))
        .findFirst()
        .orElse("");
  }
}
