package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A container of busybox and nothing else, as a plan written by hand. */
final class BusyboxContainer {
  static final CapabilitySet NO_CAPABILITIES = new CapabilitySet(ImmutableSortedSet.of());

  private static final ImmutableSet<Namespace> NAMESPACES =
      Sets.immutableEnumSet(
          Namespace.MOUNT,
          Namespace.UTS,
          Namespace.IPC,
          Namespace.PID,
          Namespace.NETWORK,
          Namespace.CGROUP);
  private static final ImmutableSet<MountFlag> STRICT =
      Sets.immutableEnumSet(MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

  private final Caller caller;
  private final Path root;
  private final Path mountPoint;
  private final List<LaunchStep> beforePivot = new ArrayList<>();
  private final List<LaunchStep> afterPivot = new ArrayList<>();
  private ImmutableSet<Namespace> namespaces = NAMESPACES;
  private ProcessStep.WorkingDirectory workingDirectory = new ProcessStep.WorkingDirectory("/");
  private ProcessStep.Credentials credentials =
      new ProcessStep.Credentials(0, 0, ImmutableList.of(), CapabilitySet.DEFAULT, true);

  BusyboxContainer(Caller caller, Path directory) throws IOException {
    this.caller = caller;
    root = Files.createDirectories(directory.resolve("root"));
    mountPoint = Files.createDirectories(directory.resolve("mnt"));
    Path bin = Files.createDirectories(root.resolve("bin"));
    if (!Files.exists(bin.resolve("busybox"))) {
      Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
      bin.resolve("busybox").toFile().setExecutable(true, false);
    }
  }

  Path root() {
    return root;
  }

  BusyboxContainer before(LaunchStep... steps) {
    beforePivot.addAll(Arrays.asList(steps));
    return this;
  }

  BusyboxContainer after(LaunchStep... steps) {
    afterPivot.addAll(Arrays.asList(steps));
    return this;
  }

  BusyboxContainer without(Namespace namespace) {
    namespaces = Sets.immutableEnumSet(Sets.difference(namespaces, ImmutableSet.of(namespace)));
    return this;
  }

  BusyboxContainer in(String directory) {
    workingDirectory = new ProcessStep.WorkingDirectory(directory);
    return this;
  }

  BusyboxContainer as(ProcessStep.Credentials process) {
    credentials = process;
    return this;
  }

  LaunchPlan shell(String script) {
    return exec(ImmutableList.of("/bin/busybox"), "sh", "-c", script);
  }

  LaunchPlan exec(ImmutableList<String> candidates, String... argv) {
    String command = argv[0];
    return new LaunchPlan(
        ImmutableList.<LaunchStep>builder()
            .add(new NamespaceStep.Clone(namespaces))
            .add(new MountStep.SlaveRoot())
            .add(
                new MountStep.OverlayRoot(root.toString(), mountPoint.toString(), !caller.isRoot()))
            .addAll(kernelFilesystems())
            .addAll(devices())
            .addAll(beforePivot)
            .add(new MountStep.PivotRoot())
            .addAll(afterPivot)
            .addAll(ownNames())
            .add(workingDirectory)
            .add(credentials)
            .add(
                new ProcessStep.Exec(
                    candidates,
                    ImmutableList.copyOf(argv),
                    ImmutableList.of("PATH=/bin", "NAME=value of a variable"),
                    "no '" + command + "' in this image",
                    "'" + command + "' cannot be executed"))
            .build());
  }

  private ImmutableList<LaunchStep> ownNames() {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    if (namespaces.contains(Namespace.UTS)) {
      steps.add(new NamespaceStep.SetHostname("box"));
    }
    if (namespaces.contains(Namespace.NETWORK)) {
      steps.add(new NamespaceStep.LoopbackUp());
    }
    return steps.build();
  }

  private ImmutableList<LaunchStep> kernelFilesystems() {
    ImmutableList.Builder<LaunchStep> steps = ImmutableList.builder();
    steps.add(filesystem("proc", "/proc", STRICT));
    if (namespaces.contains(Namespace.NETWORK)) {
      steps.add(
          filesystem(
              "sysfs", "/sys", Sets.immutableEnumSet(MountFlag.READ_ONLY, MountFlag.NOSUID)));
    }
    steps.add(filesystem("tmpfs", "/dev", ImmutableSet.of(MountFlag.NOSUID), "mode=755"));
    steps.add(
        filesystem(
            "devpts",
            "/dev/pts",
            ImmutableSet.of(MountFlag.NOSUID),
            "newinstance",
            "ptmxmode=0666",
            "mode=0620"));
    return steps.build();
  }

  private static LaunchStep filesystem(
      String type, String target, ImmutableSet<MountFlag> flags, String... options) {
    return new MountStep.MountFilesystem(type, ImmutableList.copyOf(options), flags, target, false);
  }

  private ImmutableList<LaunchStep> devices() {
    return ImmutableList.of(
        device("/dev/null", 1, 3),
        device("/dev/tty", 5, 0),
        new MountStep.MakeSymlink("/dev/ptmx", "pts/ptmx"),
        new MountStep.MakeSymlink("/dev/fd", "/proc/self/fd"),
        new MountStep.MakeDirectory("/dev/shm", 01777));
  }

  private LaunchStep device(String path, int major, int minor) {
    return caller.isRoot()
        ? new MountStep.MakeCharacterDevice(path, 0666, major, minor)
        : new MountStep.BindMount(path, path, false, ImmutableSet.of());
  }
}
