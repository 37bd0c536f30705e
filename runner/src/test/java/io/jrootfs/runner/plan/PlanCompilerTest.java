package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.BindArgument;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.MountSyntaxException;
import io.jrootfs.runner.mount.TmpfsArgument;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapArguments;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.namespace.NamespaceMode;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.spec.Device;
import io.jrootfs.runner.spec.SeccompChoice;
import io.jrootfs.runner.spec.SecurityOverrides;
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
            MountStep.MakeDevice.character("/dev/null", 0666, 1, 3),
            MountStep.MakeDevice.character("/dev/tty", 0666, 5, 0),
            new MountStep.MakeSymlink("/dev/ptmx", "pts/ptmx"),
            new MountStep.MakeDirectory("/tmp", 01777),
            new NamespaceStep.LoopbackUp());
  }

  @Test
  void indexIsMountedWhereTheRootWillBe() throws SpecException {
    specs.layers = ImmutableList.of("/cache/layers/0", "/cache/layers/1");
    assertThat(steps())
        .containsSubsequence(
            new MountStep.SlaveRoot(),
            new MountStep.MountIndex("/cache/root", specs.layers, Optional.empty(), "/cache/mnt"),
            new MountStep.OverlayRoot("/cache/root", "/cache/mnt", false));
  }

  @Test
  void ordinaryUserGetsTheHostsDeviceNodes() throws SpecException {
    specs.host = Specs.SINGLE_ID;
    assertThat(steps())
        .contains(
            new MountStep.OverlayRoot("/cache/root", "/cache/mnt", true),
            new MountStep.BindMount(
                "/dev/null", "/dev/null", false, ImmutableSet.of(MountFlag.READ_ONLY)))
        .noneMatch(MountStep.MakeDevice.class::isInstance);
  }

  @Test
  void filesOfItsOwnAreWrittenWhenTheRootIsNothingButTheImage() throws SpecException {
    specs.hostname = Optional.of("box");
    ImmutableList<LaunchStep> steps = steps();
    int root = steps.indexOf(new MountStep.OverlayRoot("/cache/root", "/cache/mnt", false));
    assertThat(steps.subList(root + 1, root + 5))
        .containsExactly(
            new MountStep.MakeDirectory("/etc", 0755),
            new MountStep.WriteFile("/etc/hostname", 0644, "box\n"),
            new MountStep.MakeDirectory("/etc", 0755),
            new MountStep.WriteFile(
                "/etc/hosts", 0644, "127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\tbox\n"));
  }

  @Test
  void sourceIsOpenedBeforeAnythingOfTheContainersCouldBeSeenBelowIt()
      throws SpecException, MountSyntaxException {
    specs.mounts =
        ImmutableList.of(
            BindArgument.parse("/a:/b:bind,shared").toMount("/a"),
            BindArgument.parse("/c:/d").toMount("/c"),
            BindArgument.parse("/e:/f:bind").toMount("/e"));
    assertThat(steps().subList(1, 4))
        .containsExactly(
            new MountStep.OpenSource("/a", false),
            new MountStep.OpenSource("/c", true),
            new MountStep.SlaveRoot());
  }

  private static final Device SOUND =
      new Device("/dev/snd/seq", Device.Type.CHARACTER, 0660, 0, 29, 116, 1, "rwm", "/dev/snd/seq");

  @Test
  void usersDeviceIsANodeOrTheHostsNode() throws SpecException {
    specs.devices = ImmutableList.of(SOUND);
    ImmutableList<LaunchStep> steps = steps();
    int directory = steps.indexOf(new MountStep.MakeDirectory("/dev/snd", 0755));
    assertThat(steps.get(directory + 1))
        .isEqualTo(
            new MountStep.MakeDevice("/dev/snd/seq", Device.Type.CHARACTER, 0660, 0, 29, 116, 1));
    specs.host = Specs.RANGES;
    specs.devices =
        ImmutableList.of(
            new Device("/dev/x", Device.Type.BLOCK, 0660, 0, 6, 8, 0, "rwm", "/dev/sda"));
    assertThat(steps())
        .contains(
            new MountStep.BindMount(
                "/dev/sda", "/dev/x", false, ImmutableSet.of(MountFlag.READ_ONLY)));
  }

  @Test
  void rightsAreUsedBeforeTheyAreGivenUp() throws Exception {
    specs.offsets = ClockOffsets.parse("boottime=1");
    specs.modes.put(Namespace.NETWORK, new NamespaceMode.Joined("/n"));
    specs.modes.put(Namespace.UTS, new NamespaceMode.Joined("/u"));
    IdMapping line = new IdMapping(0, 100_000, 65_536);
    IdMappings map = new IdMappings(ImmutableList.of(line), ImmutableList.of(line));
    specs.userNamespace = new UserNamespaceMode.Joined("/o");
    specs.host = Specs.joining(map);
    specs.ownCopy = false;
    assertThat(steps())
        .startsWith(
            new NamespaceStep.OffsetClocks(specs.offsets),
            new NamespaceStep.ShiftRoot("/cache/root", Optional.of("/o")),
            new NamespaceStep.Join(Namespace.NETWORK, "/n"),
            new NamespaceStep.Join(Namespace.UTS, "/u"),
            new NamespaceStep.Join(Namespace.USER, "/o"),
            new NamespaceStep.Clone(
                ImmutableSet.of(Namespace.MOUNT, Namespace.IPC, Namespace.PID, Namespace.CGROUP)),
            new MountStep.OpenSource("/sys", true),
            new MountStep.SlaveRoot())
        .noneMatch(NamespaceStep.SetHostname.class::isInstance)
        .noneMatch(NamespaceStep.LoopbackUp.class::isInstance);
  }

  @Test
  void newUserNamespaceIsMappedWhileItWaits() throws Exception {
    IdMapArguments maps =
        IdMapArguments.parse(ImmutableList.of("0:100000:65536"), ImmutableList.of());
    specs.userNamespace = new UserNamespaceMode.Private(maps);
    specs.ownCopy = false;
    assertThat(steps().subList(1, 4))
        .containsExactly(
            new NamespaceStep.MapIds(new IdMappings(maps.uids(), maps.gids())),
            new NamespaceStep.ShiftRoot("/cache/root", Optional.empty()),
            new MountStep.SlaveRoot());
    assertThat(steps())
        .contains(new MountStep.OverlayRoot("/cache/root", "/cache/mnt", true))
        .noneMatch(MountStep.MakeDevice.class::isInstance);
  }

  @Test
  void namesAreSetInANamespaceOfTheContainersOwn() throws SpecException {
    specs.domainname = Optional.of("d");
    assertThat(steps())
        .contains(
            new NamespaceStep.SetHostname("0123456789ab"), new NamespaceStep.SetDomainName("d"));
  }

  @Test
  void devIsFilledBeforeAnythingIsMountedBelowIt() throws SpecException {
    ImmutableList<LaunchStep> steps = steps();
    int dev = indexOfMount(steps, "/dev");
    int pts = indexOfMount(steps, "/dev/pts");
    int node = steps.indexOf(MountStep.MakeDevice.character("/dev/zero", 0666, 1, 5));
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
    specs.modes.put(Namespace.NETWORK, NamespaceMode.HOST);
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
            new ProcessStep.NewKeyring(),
            new ProcessStep.Inheritance(0022),
            new ProcessStep.Credentials(
                1000,
                1001,
                ImmutableList.of(29L, 44L, 1001L),
                CapabilitySet.DEFAULT,
                CapabilitySet.EMPTY,
                true),
            new ProcessStep.LimitResource(new ResourceLimit(Resource.CORE, 1, 1)),
            filter(),
            exec());
  }

  private ProcessStep.Seccomp filter() throws SpecException {
    return new ProcessStep.Seccomp(specs.derive().linux().seccomp().orElseThrow());
  }

  @Test
  void filterComesBeforeTheCredentialsThatSettingItTakes() throws SpecException {
    specs.security = new SecurityOverrides(SeccompChoice.DEFAULT, Optional.of(false));
    assertThat(steps())
        .endsWith(
            new ProcessStep.Inheritance(0022),
            filter(),
            new ProcessStep.Credentials(
                0, 0, ImmutableList.of(0L), CapabilitySet.DEFAULT, CapabilitySet.EMPTY, false),
            new ProcessStep.LimitResource(new ResourceLimit(Resource.CORE, 1, 1)),
            exec());
  }

  @Test
  void unconfinedContainerHasNoFilter() throws SpecException {
    specs.security = new SecurityOverrides(SeccompChoice.UNCONFINED, Optional.empty());
    assertThat(steps()).noneMatch(ProcessStep.Seccomp.class::isInstance);
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
