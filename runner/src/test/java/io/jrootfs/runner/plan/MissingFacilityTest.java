package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.mount.Propagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher does where the kernel lacks something, and what it refuses there. */
class MissingFacilityTest extends LauncherCase {
  static final ImmutableList<String> FACILITIES =
      ImmutableList.of(
          "cgroup.kill",
          "clone3",
          "close_range",
          "mount-api",
          "mount_setattr",
          "openat2",
          "pidfd_open");
  private static final String ALL = String.join(",", FACILITIES);

  static ImmutableList<String> without(String names) {
    return ImmutableList.of("env", "JRUN_WITHOUT=" + names);
  }

  // What is left out.

  private LaunchPlan everyKindOfMount(Caller caller, String script) throws IOException {
    return container(caller)
        .before(
            new MountStep.BindMount(
                tree().toString(),
                "/tree",
                true,
                Sets.immutableEnumSet(MountFlag.READ_ONLY, MountFlag.NODEV)),
            new MountStep.MaskPath("/bin"),
            new MountStep.BindMount("/bin/busybox", "/busybox", false, ImmutableSet.of()))
        .after(new MountStep.ReadOnlyPath("/proc/sys"), new MountStep.ReadOnlyRoot())
        .exec(ImmutableList.of("/busybox"), "sh", "-c", script);
  }

  private Path tree() {
    return directory.resolve("tree");
  }

  /** Runs with mounts on the host's side that have flags of their own. */
  private Launcher.Result runWithTree(List<String> before, Caller caller, LaunchPlan plan)
      throws IOException {
    String script =
        """
        mkdir -p "$0"
        mount -t tmpfs -o nosuid,mode=755 tmpfs "$0"
        mkdir "$0/a b" "$0/shut"
        mount -t tmpfs -o noexec,noatime tmpfs "$0/a b"
        mkdir "$0/a b/deep"
        mount -t tmpfs -o strictatime,nodiratime tmpfs "$0/a b/deep"
        exec "$@"
        """;
    return Launcher.run(
        ImmutableList.<String>builder()
            .add("unshare", "--mount", "--propagation", "private", "sh", "-euc", script)
            .add(tree().toString())
            .addAll(before)
            .addAll(launcher.command(caller, plan))
            .build());
  }

  static Stream<Arguments> callersWithoutEachAndAll() {
    return Arrays.stream(Caller.values())
        .flatMap(
            caller ->
                Stream.concat(FACILITIES.stream(), Stream.of(ALL))
                    .map(names -> Arguments.of(caller, names)));
  }

  @ParameterizedTest
  @MethodSource("callersWithoutEachAndAll")
  void mountsAndTheirFlagsAreTheSame(Caller caller, String names) throws IOException {
    LaunchPlan plan =
        everyKindOfMount(
            caller, "/busybox cut -d ' ' -f 4-6 /proc/self/mountinfo; /busybox ls -a /bin");
    Launcher.Result otherwise = runWithTree(ImmutableList.of(), caller, plan);
    assertThat(otherwise.status()).as(otherwise.error()).isZero();
    assertThat(otherwise.output()).contains("/tree/a\\040b/deep ro,nodev,nodiratime");
    assertThat(runWithTree(without(names), caller, plan)).isEqualTo(otherwise);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftOutIsNeverCalled(Caller caller) throws IOException {
    ImmutableList<String> filter = OldFilter.commandIn(directory, "kill");
    LaunchPlan plan = everyKindOfMount(caller, "echo runs");
    assertThat(new Launcher(directory.resolve("other"), filter).run(caller, plan).output())
        .isEmpty();
    ImmutableList<String> before =
        ImmutableList.<String>builder().addAll(filter).addAll(without(ALL)).build();
    assertThat(runWithTree(before, caller, plan)).isEqualTo(new Launcher.Result(0, "runs\n", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS"})
  void answerOfAFilterIsNotAsked(String answer) throws IOException {
    for (Caller caller : Caller.values()) {
      assertThat(
              runWithTree(
                  OldFilter.commandIn(directory, answer),
                  caller,
                  everyKindOfMount(caller, "echo runs")))
          .isEqualTo(new Launcher.Result(0, "runs\n", ""));
    }
  }

  /** Who may not mount hears of that, and not of what the kernel lacks. */
  @ParameterizedTest
  @ValueSource(strings = {"", "mount-api"})
  void realRefusalIsTold(String names) throws IOException {
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .add("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin")
            .addAll(without(names))
            .addAll(launcher.command(Caller.ROOT, container(Caller.ROOT).shell("true")))
            .build();
    assertThat(Launcher.run(command).error())
        .startsWith("jrun: cannot create the container's namespaces: not permitted");
  }

  @Test
  void unknownNameIsOneSentence() throws IOException {
    Launcher other = new Launcher(directory.resolve("other"), without("openat2,openat3"));
    assertThat(other.run(Caller.ROOT, container(Caller.ROOT).shell("echo runs")))
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: JRUN_WITHOUT has an unknown name 'openat3'; known are cgroup.kill, clone3,"
                    + " close_range, keyctl, mount-api, mount_setattr, openat2, pidfd_open,"
                    + " userns-overlay\n"));
  }

  // Where nothing else will do.

  @Test
  void mountThatAnotherCoversIsNotLeftAsItIs() throws IOException {
    LaunchPlan plan = everyKindOfMount(Caller.ROOT, "echo runs");
    ImmutableList<String> covered =
        ImmutableList.of(
            "sh", "-euc", "mount -t tmpfs tmpfs \"$0/a b/deep\"; exec \"$@\"", tree().toString());
    assertThat(runWithTree(covered, Caller.ROOT, plan))
        .isEqualTo(new Launcher.Result(0, "runs\n", ""));
    ImmutableList<String> before =
        ImmutableList.<String>builder().addAll(covered).addAll(without("mount_setattr")).build();
    assertThat(runWithTree(before, Caller.ROOT, plan))
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot bind "
                    + tree()
                    + " to /tree: before Linux 5.12 mounts below it cannot be changed where others"
                    + " cover them\n"));
  }

  @Test
  void mountsAreNotSharedHalf() throws IOException {
    LaunchPlan plan =
        container(Caller.ROOT)
            .before(
                new MountStep.BindMount(
                    directory.toString(),
                    "/shared",
                    false,
                    ImmutableSet.of(),
                    ImmutableSet.of(),
                    Propagation.SHARED))
            .shell("echo runs");
    Launcher old = new Launcher(directory.resolve("other"), without("mount-api"));
    assertThat(old.run(Caller.ROOT, plan))
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot bind "
                    + directory
                    + " to /shared: sharing later mounts with the host takes Linux 5.2 or later,"
                    + " and no filter around jrun; let them come in only, with 'rslave'\n"));
  }

  @ParameterizedTest
  @EnumSource
  void overlayThatAUserNamespaceMayNotMountIsOneSentence(Caller caller) throws IOException {
    Launcher old = new Launcher(directory.resolve("other"), without("userns-overlay"));
    Launcher.Result result = old.run(caller, container(caller).shell("echo runs"));
    assertThat(result)
        .isEqualTo(
            caller.isRoot()
                ? new Launcher.Result(0, "runs\n", "")
                : new Launcher.Result(
                    125,
                    "",
                    "jrun: cannot stack the throw-away layer: overlay is not permitted in a user"
                        + " namespace before Linux 5.11; run jrun as root\n"));
  }

  @BeforeEach
  void openDirectory() throws IOException {
    Files.createDirectories(directory.resolve("other"));
  }
}
