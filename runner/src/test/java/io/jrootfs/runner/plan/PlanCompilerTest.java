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

  private LaunchStep.Exec exec() throws SpecException {
    return steps(LaunchStep.Exec.class).get(0);
  }

  @Test
  void rootGetsDeviceNodesOfItsOwn() throws SpecException {
    assertThat(steps())
        .startsWith(
            new LaunchStep.Clone(
                ImmutableSet.of(
                    Namespace.MOUNT,
                    Namespace.UTS,
                    Namespace.IPC,
                    Namespace.PID,
                    Namespace.NETWORK,
                    Namespace.CGROUP)),
            new LaunchStep.SlaveRoot(),
            new LaunchStep.OverlayRoot("/cache/root", "/cache/mnt", false))
        .contains(
            new LaunchStep.MakeCharacterDevice("/dev/null", 0666, 1, 3),
            new LaunchStep.MakeCharacterDevice("/dev/tty", 0666, 5, 0),
            new LaunchStep.MakeSymlink("/dev/ptmx", "pts/ptmx"),
            new LaunchStep.MakeDirectory("/tmp", 01777),
            new LaunchStep.LoopbackUp());
  }

  @Test
  void ordinaryUserGetsTheHostsDeviceNodes() throws SpecException {
    specs.host = Specs.SINGLE_ID;
    assertThat(steps())
        .contains(
            new LaunchStep.OverlayRoot("/cache/root", "/cache/mnt", true),
            new LaunchStep.BindMount("/dev/null", "/dev/null", false, ImmutableSet.of()))
        .noneMatch(LaunchStep.MakeCharacterDevice.class::isInstance);
  }

  @Test
  void devIsFilledBeforeAnythingIsMountedBelowIt() throws SpecException {
    ImmutableList<LaunchStep> steps = steps();
    int dev = indexOfMount(steps, "/dev");
    int pts = indexOfMount(steps, "/dev/pts");
    int node = steps.indexOf(new LaunchStep.MakeCharacterDevice("/dev/zero", 0666, 1, 5));
    assertThat(dev).isLessThan(node);
    assertThat(node).isLessThan(pts);
  }

  private static int indexOfMount(ImmutableList<LaunchStep> steps, String target) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof LaunchStep.MountFilesystem mount
          && mount.target().equals(target)) {
        return i;
      }
    }
    throw new AssertionError("nothing is mounted on " + target);
  }

  @Test
  void onlyTheUsersMountsFollowTheImagesLinks() throws SpecException, MountSyntaxException {
    specs.mounts = ImmutableList.of(TmpfsArgument.parse("/data"));
    assertThat(steps(LaunchStep.MountFilesystem.class))
        .allSatisfy(
            mount -> assertThat(mount.followLinks()).isEqualTo(mount.target().equals("/data")));
  }

  @Test
  void kernelFilesAreHiddenAfterTheRootHasChanged() throws SpecException {
    ImmutableList<LaunchStep> steps = steps();
    int pivot = steps.indexOf(new LaunchStep.PivotRoot());
    assertThat(steps.indexOf(new LaunchStep.MaskPath("/proc/kcore"))).isGreaterThan(pivot);
    assertThat(steps.indexOf(new LaunchStep.ReadOnlyPath("/proc/sys"))).isGreaterThan(pivot);
  }

  @Test
  void hostNetworkIsLeftAlone() throws SpecException {
    specs.network = NetworkMode.HOST;
    assertThat(steps()).doesNotContain(new LaunchStep.LoopbackUp());
  }

  @Test
  void terminalIsOpenedOnlyWhenWanted() throws SpecException {
    assertThat(steps()).doesNotContain(new LaunchStep.OpenTerminal());
    specs.terminal = TerminalMode.ALWAYS;
    assertThat(steps()).contains(new LaunchStep.OpenTerminal());
  }

  @Test
  void readOnlyRootComesAfterTheWorkingDirectoryMayHaveBeenMade() throws SpecException {
    specs.readOnlyRoot = true;
    specs.workingDirectory = Optional.of("/new");
    specs.user = Optional.of("app");
    assertThat(steps())
        .endsWith(
            new LaunchStep.WorkingDirectory("/new"),
            new LaunchStep.ReadOnlyRoot(),
            new LaunchStep.Credentials(
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
