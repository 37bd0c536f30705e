package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.spec.ContainerProcess;
import io.jrootfs.runner.spec.User;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of another process in a container: what is done outside, the way in, what is inside. */
class EntryTest {
  private static final ResourceLimit LIMIT = new ResourceLimit(Resource.NOFILE, 10, 20);
  private static final ProcessIdentity FIRST = new ProcessIdentity(4711, 12);
  private static final ImmutableSet<Namespace> NAMESPACES =
      Sets.immutableEnumSet(Namespace.MOUNT, Namespace.PID);

  @TempDir Path directory;

  private static Entry entry(ProcessIdentity first, ImmutableSet<Namespace> namespaces) {
    return new Entry(
        "web",
        first,
        namespaces,
        ImmutableList.of(new CgroupStep.Join(1, "/sys/fs/cgroup/cpu/x")),
        new ContainerProcess(
            true,
            new User(0, 0, ImmutableList.of()),
            ImmutableList.of("ls", "-l"),
            ImmutableList.of("PATH=/bin:/sbin"),
            "/work",
            0022,
            false,
            CapabilitySet.EMPTY,
            CapabilitySet.EMPTY,
            true,
            ImmutableList.of(LIMIT),
            ImmutableSet.of(Resource.NOFILE),
            OptionalInt.of(3)),
        Optional.empty());
  }

  @Test
  void rightsOfTheCallerAreUsedBeforeTheyAreLeftAndNothingIsMade() {
    assertThat(entry(FIRST, NAMESPACES).plan().steps())
        .containsExactly(
            new CgroupStep.Join(1, "/sys/fs/cgroup/cpu/x"),
            new ProcessStep.RaiseResourceLimit(LIMIT),
            new ProcessStep.AdjustOomScore(3),
            new NamespaceStep.Enter("web", FIRST, NAMESPACES),
            new ProcessStep.OpenTerminal(false),
            new ProcessStep.WorkingDirectory("/work", false),
            new ProcessStep.NewKeyring(),
            new ProcessStep.Inheritance(0022),
            new ProcessStep.Credentials(
                0, 0, ImmutableList.of(), CapabilitySet.EMPTY, CapabilitySet.EMPTY, true),
            new ProcessStep.LimitResource(LIMIT),
            new ProcessStep.Exec(
                ImmutableList.of("/bin/ls", "/sbin/ls"),
                ImmutableList.of("ls", "-l"),
                ImmutableList.of("PATH=/bin:/sbin"),
                "the container has no command 'ls' (searched /bin:/sbin)",
                "command 'ls' cannot be executed in the container (searched /bin:/sbin)"));
  }

  @Test
  void hostsMountsAreNotEntered() {
    assertThatThrownBy(() -> entry(FIRST, ImmutableSet.of(Namespace.PID)).plan())
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static LaunchPlan simple(ProcessIdentity first) {
    return new LaunchPlan(
        ImmutableList.of(
            new NamespaceStep.Enter("web", first, NAMESPACES),
            new ProcessStep.Inheritance(0022),
            new ProcessStep.Exec(
                ImmutableList.of("/bin/touch"),
                ImmutableList.of("touch", "/tmp/jrun-entered"),
                ImmutableList.of(),
                "none",
                "none")));
  }

  /** A number is not enough: somebody else may have got it. And the host is no container. */
  @Test
  void launcherEntersNeitherAnotherProcessNorTheHost() throws IOException {
    Launcher launcher = new Launcher(directory);
    long pid = ProcessHandle.current().pid();
    ProcessIdentity self = ProcessIdentity.of(pid);
    ProcessIdentity earlier = new ProcessIdentity(pid, self.start() - 1);
    Path touched = Path.of("/tmp/jrun-entered");
    Files.deleteIfExists(touched);
    for (String without : new String[] {"", "pidfd_open"}) {
      ImmutableList<String> before =
          without.isEmpty() ? ImmutableList.of() : MissingFacilityTest.without(without);
      assertThat(run(before, launcher, simple(earlier)))
          .isEqualTo(new Launcher.Result(125, "", "jrun: container 'web': has ended meanwhile\n"));
      assertThat(run(before, launcher, simple(self)))
          .isEqualTo(
              new Launcher.Result(
                  125, "", "jrun: cannot enter container 'web': its mounts are the host's\n"));
    }
    assertThat(touched).doesNotExist();
  }

  private static Launcher.Result run(
      ImmutableList<String> before, Launcher launcher, LaunchPlan plan) throws IOException {
    return Launcher.run(
        ImmutableList.<String>builder()
            .addAll(before)
            .addAll(launcher.command(Caller.ROOT, plan))
            .build());
  }
}
