package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.mount.MountFlag;
import io.jrootfs.runner.namespace.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a process finds when the launcher has executed a plan. */
class LauncherContainerTest extends LauncherCase {
  private String outputOf(Caller caller, LaunchPlan plan) throws IOException {
    Launcher.Result result = launcher.run(caller, plan);
    assertThat(result.error()).isEmpty();
    assertThat(result.status()).isZero();
    return result.output();
  }

  @ParameterizedTest
  @EnumSource
  void everyNamespaceIsNew(Caller caller) throws IOException {
    String inside =
        outputOf(
            caller,
            container(caller)
                .shell("cd /proc/self/ns; for n in *; do echo $n $(readlink $n); done"));
    for (Namespace namespace : Namespace.values()) {
      String name = namespace.procName();
      String outside = Files.readSymbolicLink(Path.of("/proc/self/ns", name)).toString();
      // Clocks are the host's unless they are to differ from them: a step of its own.
      if (namespace == Namespace.TIME || (namespace == Namespace.USER && caller.isRoot())) {
        assertThat(inside).contains(outside);
      } else {
        assertThat(inside).contains(name + " " + name + ":[").doesNotContain(outside);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void processIsTheFirstOneWithItsOwnHostNameAndLoopback(Caller caller) throws IOException {
    assertThat(
            outputOf(
                caller,
                container(caller)
                    .shell(
                        "echo $$; busybox hostname; busybox ip link show lo | busybox grep -c LOOPBACK,UP")))
        .isEqualTo("1\nbox\n1\n");
  }

  @ParameterizedTest
  @EnumSource
  void environmentIsThePlansAndNothingElse(Caller caller) throws IOException {
    assertThat(
            outputOf(
                caller, container(caller).shell("busybox tr '\\0' '\\n' </proc/1/environ; exit 0")))
        .isEqualTo("PATH=/bin\nNAME=value of a variable\n");
  }

  @ParameterizedTest
  @EnumSource
  void writesGoToAThrowAwayLayerAndRootKeepsItsModeAndOwner(Caller caller) throws IOException {
    BusyboxContainer container = container(caller);
    Path root = container.root();
    assertThat(Launcher.run("chmod", "1751", root.toString()).status()).isZero();
    String output =
        outputOf(
            caller, container.shell("busybox stat -c %a:%u / && echo x >/new && busybox cat /new"));
    // Outside the single map root's files have no owner that the container could name.
    String owner = caller.isRoot() ? "0" : caller == Caller.USER_WITH_ONE_ID ? "0" : "65534";
    assertThat(output).isEqualTo("1751:" + owner + "\nx\n");
    assertThat(root.resolve("new")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void capabilitiesAreThePlansAndNoneCanBeGained(Caller caller) throws IOException {
    String status =
        outputOf(
            caller,
            container(caller).shell("busybox grep -E '^(Cap|NoNew|Groups)' /proc/self/status"));
    String mask = "%016x".formatted(CapabilitySet.DEFAULT.mask());
    assertThat(status)
        .contains("CapInh:\t0000000000000000\n")
        .contains("CapPrm:\t" + mask + "\n")
        .contains("CapEff:\t" + mask + "\n")
        .contains("CapBnd:\t" + mask + "\n")
        .contains("CapAmb:\t0000000000000000\n")
        .contains("NoNewPrivs:\t1\n")
        .containsPattern("Groups:\t *\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "USER_WITH_RANGES"})
  void userOtherThanRootHasNoCapabilities(Caller caller) throws IOException {
    ProcessStep.Credentials user =
        new ProcessStep.Credentials(
            1000,
            1001,
            ImmutableList.of(27L, 44L),
            CapabilitySet.DEFAULT,
            CapabilitySet.EMPTY,
            false);
    String output =
        outputOf(
            caller,
            container(caller)
                .as(user)
                .shell(
                    "busybox id -u; busybox id -g;"
                        + " busybox grep -E '^(Cap(Prm|Eff|Bnd)|NoNew|Groups)' /proc/self/status"));
    assertThat(output)
        .isEqualTo(
            "1000\n1001\nGroups:\t27 44 \nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
                + "CapBnd:\t%016x\nNoNewPrivs:\t0\n".formatted(CapabilitySet.DEFAULT.mask()));
  }

  @Test
  void aSingleIdMapHasNoOtherUserAndNoGroups() throws IOException {
    Caller caller = Caller.USER_WITH_ONE_ID;
    Launcher.Result user =
        launcher.run(
            caller,
            container(caller)
                .as(
                    new ProcessStep.Credentials(
                        5, 0, ImmutableList.of(), CapabilitySet.DEFAULT, CapabilitySet.EMPTY, true))
                .shell("true"));
    assertThat(user)
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot become user 5:0: the user namespace has no such id; give the calling"
                    + " user ranges in /etc/subuid and /etc/subgid\n"));
    Launcher.Result groups =
        launcher.run(
            caller,
            container(caller)
                .as(
                    new ProcessStep.Credentials(
                        0,
                        0,
                        ImmutableList.of(0L),
                        CapabilitySet.DEFAULT,
                        CapabilitySet.EMPTY,
                        true))
                .shell("true"));
    assertThat(groups.status()).isEqualTo(125);
    assertThat(groups.error()).startsWith("jrun: cannot set supplementary groups in a user");
  }

  @Test
  void rangesAreMappedAfterTheCaller() throws IOException {
    Caller caller = Caller.USER_WITH_RANGES;
    String map = outputOf(caller, container(caller).shell("busybox cat /proc/self/uid_map"));
    assertThat(map.strip().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly("0 " + Caller.UID + " 1", "1 " + Caller.FIRST_SUBORDINATE_ID + " 65536");
  }

  @ParameterizedTest
  @CsvSource({
    "ROOT, exit 7, 7",
    "USER_WITH_ONE_ID, exit 7, 7",
    "ROOT, exit 255, 255",
    "ROOT, true, 0"
  })
  void exitStatusIsTheContainers(Caller caller, String script, int status) throws IOException {
    assertThat(launcher.run(caller, container(caller).shell(script)))
        .isEqualTo(new Launcher.Result(status, "", ""));
  }

  @Test
  void deathBySignalIs128AndTheSignal() throws IOException {
    // Without a pid namespace, as its first process cannot kill itself.
    assertThat(
            launcher.run(
                Caller.ROOT, container(Caller.ROOT).without(Namespace.PID).shell("kill -9 $$")))
        .isEqualTo(new Launcher.Result(137, "", ""));
  }

  @ParameterizedTest
  @EnumSource
  void missingProgramIs127(Caller caller) throws IOException {
    assertThat(
            launcher.run(
                caller,
                container(caller)
                    .exec(ImmutableList.of("/bin/nope", "/bin/busybox/nope"), "nope", "x")))
        .isEqualTo(new Launcher.Result(127, "", "jrun: no 'nope' in this image\n"));
  }

  @Test
  void whatCannotBeExecutedIs126AndSaysWhy() throws IOException {
    BusyboxContainer container = container(Caller.ROOT);
    Path bin = container.root().resolve("bin");
    Files.writeString(bin.resolve("plain"), "x");
    Files.writeString(bin.resolve("text"), "x").toFile().setExecutable(true, false);
    Files.writeString(bin.resolve("script"), "#!/no/such\n").toFile().setExecutable(true, false);
    assertThat(
            launcher.run(
                Caller.ROOT, container.exec(ImmutableList.of("/bin/plain", "/x"), "plain")))
        .isEqualTo(
            new Launcher.Result(
                126,
                "",
                "jrun: 'plain' cannot be executed: permission denied, or no regular file\n"));
    assertThat(launcher.run(Caller.ROOT, container.exec(ImmutableList.of("/bin/text"), "text")))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(126);
              assertThat(result.error()).contains("does not know its format");
            });
    assertThat(launcher.run(Caller.ROOT, container.exec(ImmutableList.of("/bin/script"), "script")))
        .satisfies(
            result -> {
              assertThat(result.status()).isEqualTo(126);
              assertThat(result.error()).contains("the interpreter that it names");
            });
  }

  @Test
  void theNextCandidateIsTakenWhenOneCannotBeExecuted() throws IOException {
    BusyboxContainer container = container(Caller.ROOT);
    Files.writeString(container.root().resolve("bin/plain"), "x");
    assertThat(
            outputOf(
                Caller.ROOT,
                container.exec(
                    ImmutableList.of("/no/busybox", "/bin/plain", "/bin/busybox"), "echo", "hi")))
        .isEqualTo("hi\n");
  }

  @ParameterizedTest
  @EnumSource
  void openDescriptorsOfTheCallerAreNotInside(Caller caller) throws IOException {
    ImmutableList<String> command =
        launcher.command(caller, container(caller).shell("exec busybox ls /proc/self/fd"));
    Launcher.Result result =
        Launcher.run(
            ImmutableList.<String>builder()
                .add("bash", "-c")
                .add(
                    "for i in {3..50}; do eval \"exec $i</etc/hostname\"; done; exec \"$0\" \"$@\"")
                .addAll(command)
                .build());
    // 3 is the listing itself.
    assertThat(result).isEqualTo(new Launcher.Result(0, "0\n1\n2\n3\n", ""));
  }

  @Test
  void closedStandardDescriptorsAreTheNullDevice() throws IOException {
    ImmutableList<String> command =
        launcher.command(
            Caller.ROOT, container(Caller.ROOT).shell("busybox ls -l /proc/self/fd >&2"));
    Launcher.Result result =
        Launcher.run(
            ImmutableList.<String>builder()
                .add("bash", "-c", "exec \"$0\" \"$@\" <&- >&-")
                .addAll(command)
                .build());
    assertThat(result.status()).isZero();
    assertThat(result.error()).contains("0 -> /dev/null");
  }

  @Test
  void inheritedIgnoredSignalsAreResetAndUmaskIs022() throws IOException {
    ImmutableList<String> command =
        launcher.command(
            Caller.ROOT,
            container(Caller.ROOT)
                .exec(
                    ImmutableList.of("/bin/busybox"),
                    "grep",
                    "^Sig\\(Ign\\|Blk\\)\\|^Umask",
                    "/proc/self/status"));
    Launcher.Result result =
        Launcher.run(
            ImmutableList.<String>builder()
                .add("bash", "-c", "trap '' HUP INT USR1 CHLD; umask 077; exec \"$0\" \"$@\"")
                .addAll(command)
                .build());
    assertThat(result)
        .isEqualTo(
            new Launcher.Result(
                0, "Umask:\t0022\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void bindMountsShowTheHostsFilesWithTheirFlags(Caller caller) throws IOException {
    Path host = Files.createDirectories(directory.resolve("host"));
    Files.writeString(host.resolve("file"), "from the host\n");
    String output =
        outputOf(
            caller,
            container(caller)
                .before(
                    new MountStep.BindMount(
                        host.toString(), "/data/deep", true, ImmutableSet.of(MountFlag.READ_ONLY)),
                    new MountStep.BindMount(
                        host.resolve("file").toString(), "/one/file", false, ImmutableSet.of()))
                .shell(
                    "busybox cat /data/deep/file /one/file; (>/data/deep/x) 2>/dev/null || echo ro"));
    assertThat(output).isEqualTo("from the host\nfrom the host\nro\n");
  }

  @ParameterizedTest
  @EnumSource
  void maskedPathsAreEmptyAndReadOnlyPathsCannotBeWritten(Caller caller) throws IOException {
    BusyboxContainer container = container(caller);
    Path secret = Files.createDirectories(container.root().resolve("secret"));
    Files.writeString(secret.resolve("key"), "key");
    Files.writeString(container.root().resolve("file"), "key");
    String output =
        outputOf(
            caller,
            container
                .after(
                    new MountStep.MaskPath("/secret"),
                    new MountStep.MaskPath("/file"),
                    new MountStep.MaskPath("/proc/keys"),
                    new MountStep.MaskPath("/proc/bus"),
                    new MountStep.MaskPath("/no/such/path"),
                    new MountStep.ReadOnlyPath("/proc/sys"),
                    new MountStep.ReadOnlyPath("/no/such/path"),
                    new MountStep.ReadOnlyRoot())
                .shell(
                    """
                    busybox ls -A /secret /proc/bus | busybox grep -v : ; busybox cat /file /proc/keys
                    for f in /secret/x /proc/sys/kernel/hostname /x; do
                      (echo y >$f) 2>/dev/null || echo "no $f"
                    done; echo y >/dev/shm/x && echo written
                    """));
    assertThat(output.lines().filter(line -> !line.isEmpty()))
        .containsExactly("no /secret/x", "no /proc/sys/kernel/hostname", "no /x", "written");
  }

  /** What the launcher says about a tmpfs with an option that the kernel does not take. */
  String refusalOf(String option) throws IOException {
    Launcher.Result result =
        launcher.run(
            Caller.ROOT,
            container(Caller.ROOT)
                .before(
                    new MountStep.MountFilesystem(
                        "tmpfs", ImmutableList.of(option), ImmutableSet.of(), "/t", true))
                .shell("true"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.error()).startsWith("jrun: cannot mount tmpfs on /t: Invalid argument");
    return result.error();
  }

  @Test
  void failureOfAMountTellsTheKernelsReason() throws IOException {
    assertThat(refusalOf("size=many")).contains("Invalid argument (").contains("size");
  }

  @Test
  void controlCharactersThatTheKernelQuotesDoNotReachTheTerminal() throws IOException {
    assertThat(refusalOf("\u001b[2J=1")).contains("'?[2J'").doesNotContain("\u001b");
  }

  @Test
  void failureOfAStepNamesIt() throws IOException {
    assertThat(
            launcher.run(
                Caller.ROOT,
                container(Caller.ROOT)
                    .before(new MountStep.BindMount("/no/such", "/x", true, ImmutableSet.of()))
                    .shell("true")))
        .isEqualTo(
            new Launcher.Result(
                125, "", "jrun: cannot bind /no/such to /x: the host has no /no/such\n"));
  }

  @Test
  void whatTheHostMountsLaterDoesNotComeIn() throws IOException {
    Path source = Files.createDirectories(directory.resolve("source"));
    Path shared = Files.createDirectories(directory.resolve("shared"));
    LaunchPlan plan =
        container(Caller.ROOT)
            .before(
                new MountStep.BindMount(
                    source.toString(), "/data", true, ImmutableSet.of(MountFlag.READ_ONLY)),
                new MountStep.BindMount(shared.toString(), "/shared", false, ImmutableSet.of()))
            .shell(
                "echo >/shared/ready; while [ ! -e /shared/go ]; do busybox sleep 0.05; done;"
                    + " busybox ls /data/later; (echo x >/data/later/x) 2>/dev/null || echo ro");
    String script =
        """
        mount -t tmpfs tmpfs %1$s && mount --make-shared %1$s && mkdir %1$s/later || exit 99
        "$0" "$@" & jrun=$!
        while [ ! -e %2$s/ready ]; do sleep 0.05; done
        mount -t tmpfs tmpfs %1$s/later && echo >%1$s/later/secret || exit 98
        echo >%2$s/go
        wait $jrun
        """
            .formatted(source, shared);
    Launcher.Result result =
        Launcher.run(
            ImmutableList.<String>builder()
                .add("unshare", "--mount", "--propagation", "private", "sh", "-c", script)
                .addAll(launcher.command(Caller.ROOT, plan))
                .build());
    assertThat(result).isEqualTo(new Launcher.Result(0, "ro\n", ""));
  }

  @Test
  void groupsThatCannotBeDroppedAreNotKeptSilently() throws IOException {
    Launcher.Result result =
        Launcher.run(
            ImmutableList.<String>builder()
                .add("setpriv", "--groups=27", "--inh-caps=-setgid", "--bounding-set=-setgid")
                .addAll(launcher.command(Caller.ROOT, container(Caller.ROOT).shell("true")))
                .build());
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.error()).startsWith("jrun: cannot set supplementary groups");
  }

  @Test
  void directoryOfAnUnmappedOwnerIsExplained() throws IOException {
    Caller caller = Caller.USER_WITH_ONE_ID;
    BusyboxContainer container = container(caller);
    Path alien = Files.createDirectories(container.root().resolve("alien"));
    Launcher.run("chmod", "0777", alien.toString());
    assertThat(launcher.run(caller, container.in("/alien/new").shell("true")))
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot change to the working directory /alien/new: it would have to be"
                    + " created in a directory whose owner has no id in the user namespace\n"));
  }

  @ParameterizedTest
  @EnumSource
  void hostsMountsAreAsTheyWere(Caller caller) throws IOException {
    String before = Files.readString(Path.of("/proc/self/mountinfo"));
    outputOf(caller, container(caller).shell("busybox mount >/dev/null"));
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfTheHostIsMountedInside(Caller caller) throws IOException {
    assertThat(
            outputOf(caller, container(caller).shell("busybox cut -d' ' -f5 /proc/self/mountinfo"))
                .lines()
                .sorted())
        .isEqualTo(
            (caller.isRoot()
                ? ImmutableList.of("/", "/dev", "/dev/pts", "/proc", "/sys")
                : ImmutableList.of(
                    "/", "/dev", "/dev/null", "/dev/pts", "/dev/tty", "/proc", "/sys")));
  }
}
