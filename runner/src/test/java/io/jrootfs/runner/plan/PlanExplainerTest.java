package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableLongArray;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import io.jrootfs.runner.namespace.ClockOffsets;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.Namespace;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import io.jrootfs.runner.seccomp.Abi;
import io.jrootfs.runner.seccomp.Action;
import io.jrootfs.runner.seccomp.SeccompFilter;
import io.jrootfs.runner.spec.Device;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Explanations against golden files beside this test; {@code -Dgolden.write=true} writes those
 * anew.
 */
class PlanExplainerTest {
  private static final Path GOLDEN = Path.of("src/test/resources/io/jrootfs/runner/plan");

  private static final LaunchPlan PLAN =
      new LaunchPlan(
          ImmutableList.of(
              new NamespaceStep.Clone(
                  Sets.immutableEnumSet(Namespace.MOUNT, Namespace.PID, Namespace.NETWORK)),
              new MountStep.OpenSource("/shared", true),
              new MountStep.SlaveRoot(),
              new MountStep.OverlayRoot("/cache/it's here", "/run/jrun/mnt", true),
              new MountStep.WriteFile("/etc/hostname", 0644, "box\n"),
              new MountStep.MountFilesystem(
                  "proc",
                  ImmutableList.of(),
                  Sets.immutableEnumSet(MountFlag.NOEXEC, MountFlag.NOSUID),
                  "/proc",
                  false),
              new MountStep.MountFilesystem(
                  "tmpfs",
                  ImmutableList.of("mode=755", "size=65536k"),
                  ImmutableSet.of(),
                  "/dev",
                  false),
              MountStep.MakeDevice.character("/dev/null", 0666, 1, 3),
              new MountStep.MakeDevice("/dev/sda", Device.Type.BLOCK, 0660, 0, 6, 8, 0),
              new MountStep.MountFilesystem(
                  "tmpfs",
                  ImmutableList.of("mode=1777", "size=1m"),
                  ImmutableSet.of(MountFlag.NOSUID),
                  "/tmp",
                  true,
                  true),
              new MountStep.MakeSymlink("/dev/fd", "/proc/self/fd"),
              new MountStep.MakeDirectory("/dev/shm", 01777),
              new MountStep.BindMount("/home/a b", "/data", false, ImmutableSet.of()),
              new MountStep.BindMount(
                  "/srv",
                  "/srv",
                  true,
                  Sets.immutableEnumSet(MountFlag.READ_ONLY, MountFlag.NOSUID)),
              new MountStep.BindMount(
                  "/shared",
                  "/peer",
                  true,
                  ImmutableSet.of(),
                  ImmutableSet.of(MountFlag.NOEXEC),
                  Propagation.SHARED),
              new ProcessStep.OpenTerminal(),
              new MountStep.PivotRoot(),
              new MountStep.MaskPath("/proc/kcore"),
              new MountStep.ReadOnlyPath("/proc/sys"),
              new MountStep.ReadOnlyRoot(),
              new NamespaceStep.SetHostname("box"),
              new NamespaceStep.LoopbackUp(),
              new ProcessStep.WorkingDirectory("/work dir"),
              new ProcessStep.NewKeyring(),
              new ProcessStep.Credentials(
                  1000,
                  1001,
                  ImmutableList.of(27L, 44L),
                  new CapabilitySet(
                      ImmutableSortedSet.of(Capability.CHOWN, Capability.NET_BIND_SERVICE)),
                  CapabilitySet.EMPTY,
                  true),
              new ProcessStep.Inheritance(0027),
              new ProcessStep.Seccomp(
                  new SeccompFilter(
                      ImmutableLongArray.of(6),
                      0,
                      new SeccompFilter.Summary(
                          ImmutableList.of(Abi.X86_64, Abi.X32), Action.errno(1), 300, 3, true))),
              new ProcessStep.Exec(
                  ImmutableList.of("/usr/bin/ls", "/bin/ls"),
                  ImmutableList.of("ls", "-l", "$HOME", "a'b", ""),
                  ImmutableList.of("PATH=/usr/bin:/bin", "PS1=\\u \u001b[1m> "),
                  "no ls",
                  "bad ls")));

  @ParameterizedTest
  @EnumSource(names = {"NONE", "SINGLE", "RANGES"})
  void planIsToldInTheWordsOfAShell(UserNamespaceKind kind) throws IOException {
    String actual = String.join("\n", PlanExplainer.explain(PLAN, kind)) + "\n";
    Path golden = GOLDEN.resolve("explain-" + kind.name().toLowerCase(Locale.ROOT) + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  private static final IdMapping SHIFT = new IdMapping(0, 100_000, 65_536);

  /** The steps of {@link #PLAN} but for how namespaces come about. */
  private static LaunchPlan other(LaunchStep... namespaces) {
    return new LaunchPlan(
        ImmutableList.<LaunchStep>builder()
            .add(namespaces)
            .addAll(PLAN.steps().subList(PLAN.steps().size() - 1, PLAN.steps().size()))
            .build());
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "RANGES"})
  void namespacesThatAreNotSimplyNewAreToldToo(UserNamespaceKind kind) throws Exception {
    LaunchPlan own =
        other(
            new NamespaceStep.OffsetClocks(ClockOffsets.parse("monotonic=1.5,boottime=-2")),
            new NamespaceStep.Join(Namespace.NETWORK, "/run/netns/it's"),
            new NamespaceStep.Clone(Sets.immutableEnumSet(Namespace.MOUNT, Namespace.USER)),
            new NamespaceStep.MapIds(
                new IdMappings(ImmutableList.of(SHIFT), ImmutableList.of(SHIFT))),
            new NamespaceStep.ShiftRoot("/srv/root fs", Optional.empty()),
            new NamespaceStep.SetDomainName("example.org"));
    LaunchPlan joined =
        other(
            new NamespaceStep.ShiftRoot("/srv", Optional.of("/proc/7/ns/user")),
            new NamespaceStep.Join(Namespace.USER, "/proc/7/ns/user"),
            new NamespaceStep.Clone(Sets.immutableEnumSet(Namespace.MOUNT)));
    String actual =
        String.join("\n", PlanExplainer.explain(own, kind))
            + "\n\n"
            + String.join("\n", PlanExplainer.explain(joined, kind))
            + "\n";
    Path golden =
        GOLDEN.resolve("explain-namespaces-" + kind.name().toLowerCase(Locale.ROOT) + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  @Test
  void entryAndKeysAreToldToo() {
    LaunchPlan plan =
        other(
                new NamespaceStep.Enter(
                    "web",
                    new ProcessIdentity(7, 1),
                    Sets.immutableEnumSet(Namespace.MOUNT, Namespace.NETWORK)),
                new ProcessStep.WorkingDirectory("/it's", false))
            .after(
                ImmutableList.of(
                    new LifecycleStep.ServeAttachers(Path.of("/run/jrun/web"), true, true),
                    new LifecycleStep.DetachKeys(ImmutableList.of(16, 113, 0, 28))));
    assertThat(PlanExplainer.explain(plan, UserNamespaceKind.NONE))
        .startsWith(
            "# for 'jrun attach': /run/jrun/web/attach",
            "# typed on this terminal, ctrl-p,q,ctrl-@,ctrl-\\ leaves the container alone",
            "exec nsenter --target=7 --mount --net sh",
            "cd '/it'\\''s'");
  }

  @Test
  void indexIsToldBelowTheRootThatCoversIt() {
    LaunchPlan plan =
        other(
            new NamespaceStep.Clone(Sets.immutableEnumSet(Namespace.MOUNT)),
            new MountStep.MountIndex(
                "/c/it's", ImmutableList.of("/c/0", "/c/1"), Optional.empty(), "/c/mnt"),
            new MountStep.OverlayRoot("/c/it's", "/c/mnt", false));
    assertThat(PlanExplainer.explain(plan, UserNamespaceKind.NONE))
        .containsSequence(
            "mount -t erofs -o ro,device=/c/0,device=/c/1 '/c/it'\\''s' /c/mnt"
                + " # by fsopen(2): mount(8) makes loop devices of files",
            "exec 8</c/mnt # before it is covered",
            "mount -t tmpfs -o mode=0700 tmpfs /c/mnt",
            "mkdir /c/mnt/upper /c/mnt/work",
            "chmod --reference /proc/self/fd/8 /c/mnt/upper",
            "chown --reference /proc/self/fd/8 /c/mnt/upper",
            "mount -t overlay -o"
                + " lowerdir=/proc/self/fd/8,upperdir=/c/mnt/upper,workdir=/c/mnt/work overlay"
                + " /c/mnt");
  }

  @Test
  void explanationIsAShellScript(@TempDir Path directory) throws IOException {
    Path script = directory.resolve("script");
    Files.write(script, PlanExplainer.explain(PLAN, UserNamespaceKind.NONE));
    assertThat(Launcher.run("sh", "-n", script.toString()))
        .isEqualTo(new Launcher.Result(0, "", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "a b",
        "it's",
        "$HOME",
        "`id`",
        "a\\b",
        "*",
        "~",
        "#",
        "-n",
        "\u00e4",
        "new\nline",
        "\u001b[0m",
        "'\\\u0001'",
        "!x"
      })
  void quotedWordIsOneWordOfTheSameText(String word) throws IOException {
    String quoted = Shell.quoted(word);
    assertThat(quoted.codePoints()).noneMatch(Character::isISOControl);
    // bash, as dash does not know $'...' yet.
    assertThat(Launcher.run("bash", "-c", "printf '<%s>' " + quoted).output())
        .isEqualTo("<" + word + ">\n");
  }
}
