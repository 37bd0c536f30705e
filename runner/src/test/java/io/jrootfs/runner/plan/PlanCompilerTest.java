package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.spec.NetworkMode;
import io.jrootfs.runner.spec.SpecException;
import io.jrootfs.runner.spec.Specs;
import io.jrootfs.runner.spec.TerminalMode;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanCompilerTest {
  private final Specs specs = new Specs();

  private ImmutableList<LaunchStep> steps() throws SpecException {
    return PlanCompiler.compile(specs.derive()).steps();
  }

  private <T extends LaunchStep> ImmutableList<T> steps(Class<T> kind) throws SpecException {
    return steps().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .collect(ImmutableList.toImmutableList());
  }

  private ProcessStep.Exec exec() throws SpecException {
    return steps(ProcessStep.Exec.class).get(0);
  }

  @Test
  void rootGetsDeviceNodesOfItsOwn() throws SpecException {
    assertThat(steps())
        .startsWith(
            new NamespaceStep.Clone(
                ImmutableSet.of(
                    Namespace.MOUNT,
                    Namespace.UTS,
                    Namespace.IPC,
                    Namespace.PID,
                    Namespace.NETWORK,
                    Namespace.CGROUP)),
            new MountStep.SlaveRoot(),
            new MountStep.OverlayRoot("/cache/root", "/cache/mnt", false))
        .contains(
            new MountStep.MakeCharacterDevice("/dev/null", 0666, 1, 3),
            new MountStep.MakeCharacterDevice("/dev/tty", 0666, 5, 0),
            new MountStep.MakeSymlink("/dev/ptmx", "pts/ptmx"),
            new MountStep.MakeDirectory("/tmp", 01777),
            new NamespaceStep.LoopbackUp());
  }

  @Test
  void ordinaryUserGetsTheHostsDeviceNodes() throws SpecException {
    specs.host = Specs.SINGLE_ID;
    assertThat(steps())
        .contains(
            new MountStep.OverlayRoot("/cache/root", "/cache/mnt", true),
            new MountStep.BindMount("/dev/null", "/dev/null", false, ImmutableSet.of()))
        .noneMatch(MountStep.MakeCharacterDevice.class::isInstance);
  }

  @Test
  void devIsFilledBeforeAnythingIsMountedBelowIt() throws SpecException {
    ImmutableList<LaunchStep> steps = steps();
    int dev = indexOfMount(steps, "/dev");
    int pts = indexOfMount(steps, "/dev/pts");
    int node = steps.indexOf(new MountStep.MakeCharacterDevice("/dev/zero", 0666, 1, 5));
    assertThat(dev).isLessThan(node);
    assertThat(node).isLessThan(pts);
  }

  private static int indexOfMount(ImmutableList<LaunchStep> steps, String target) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof MountStep.MountFilesystem mount
          && mount.target().equals(target)) {
        return i;
      }
    }
    throw new AssertionError("nothing is mounted on " + target);
  }

  @Test
  void onlyTheUsersMountsFollowTheImagesLinks() throws SpecException, MountSyntaxException {
    specs.mounts = ImmutableList.of(TmpfsArgument.parse("/data"));
    assertThat(steps(MountStep.MountFilesystem.class))
        .allSatisfy(
            mount -> assertThat(mount.followLinks()).isEqualTo(mount.target().equals("/data")));
  }

  @Test
  void kernelFilesAreHiddenAfterTheRootHasChanged() throws SpecException {
    ImmutableList<LaunchStep> steps = steps();
    int pivot = steps.indexOf(new MountStep.PivotRoot());
    assertThat(steps.indexOf(new MountStep.MaskPath("/proc/kcore"))).isGreaterThan(pivot);
    assertThat(steps.indexOf(new MountStep.ReadOnlyPath("/proc/sys"))).isGreaterThan(pivot);
  }

  @Test
  void hostNetworkIsLeftAlone() throws SpecException {
    specs.network = NetworkMode.HOST;
    assertThat(steps()).doesNotContain(new NamespaceStep.LoopbackUp());
  }

  @Test
  void terminalIsOpenedOnlyWhenWanted() throws SpecException {
    assertThat(steps()).doesNotContain(new ProcessStep.OpenTerminal());
    specs.terminal = TerminalMode.ALWAYS;
    assertThat(steps()).contains(new ProcessStep.OpenTerminal());
  }

  @Test
  void readOnlyRootComesAfterTheWorkingDirectoryMayHaveBeenMade() throws SpecException {
    specs.readOnlyRoot = true;
    specs.workingDirectory = Optional.of("/new");
    specs.user = Optional.of("app");
    assertThat(steps())
        .endsWith(
            new ProcessStep.WorkingDirectory("/new"),
            new MountStep.ReadOnlyRoot(),
            new ProcessStep.Credentials(
                1000, 1001, ImmutableList.of(29L, 44L), CapabilitySet.DEFAULT, true),
            exec());
  }

  @Test
  void plainNameIsSearchedInThePathOfTheContainer() throws SpecException {
    specs.env = ImmutableList.of("PATH=/opt/bin:/bin::sub:/bin");
    specs.workingDirectory = Optional.of("/work");
    assertThat(exec().candidates())
        .containsExactly("/opt/bin/sh", "/bin/sh", "/work/sh", "/work/sub/sh");
    assertThat(exec().notFound())
        .isEqualTo("the container has no command 'sh' (searched /opt/bin:/bin::sub:/bin)");
  }

  @Test
  void nameWithASlashIsNotSearched() throws SpecException {
    specs.command = ImmutableList.of("./run", "x");
    assertThat(exec().candidates()).containsExactly("/./run");
    assertThat(exec().argv()).containsExactly("./run", "x");
    specs.command = ImmutableList.of("/bin/run");
    assertThat(exec().candidates()).containsExactly("/bin/run");
    assertThat(exec().notFound()).isEqualTo("the container has no command '/bin/run'");
  }

  @Test
  void emptyPathMeansTheWorkingDirectory() throws SpecException {
    specs.env = ImmutableList.of("PATH=");
    assertThat(exec().candidates()).containsExactly("/sh");
  }

  @Test
  void imageOfAnotherMachineIsNamedWhereItsProgramCannotBeExecuted() throws SpecException {
    assertThat(exec().notExecutable()).doesNotContain("machine");
    specs.config =
        ImageConfig.empty(new Platform("linux", "arm64", "v8")).withCmd(ImmutableList.of("/app"));
    assertThat(exec().notExecutable())
        .isEqualTo(
            "command '/app' cannot be executed in the container, whose image is for"
                + " linux/arm64/v8 while this machine is linux/amd64");
    specs.config =
        ImageConfig.empty(new Platform("linux", "amd64", "v3")).withCmd(ImmutableList.of("/app"));
    assertThat(exec().notExecutable())
        .isEqualTo("command '/app' cannot be executed in the container");
  }
}
