package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.machine.AlsoOnCgroupV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program jrun on kernels before Linux 5.14, with the rest of what a container consists of. */
class OldKernelEndToEndTest {
  private static final String ALL =
      "cgroup.kill,clone3,close_range,mount-api,mount_setattr,openat2";

  /** Where mounts of a container are. */
  private static final String MOUNTS = "cut -d ' ' -f 5 /proc/self/mountinfo | sort";

  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    for (String program : List.of("cut", "sort")) {
      Files.createSymbolicLink(rootfs.resolve("bin").resolve(program), Path.of("busybox"));
    }
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static Result jrun(Caller caller, String without, String... arguments)
      throws IOException, InterruptedException {
    return caller.execute(
        work,
        Stream.concat(
                Stream.of(installation.without(without).jrun().toString()),
                Arrays.stream(arguments))
            .toList());
  }

  @Nested
  class WithoutAnything extends EndToEndTest {
    @BeforeAll
    static void leaveOut() throws IOException {
      EndToEndTest.installation = EndToEndTest.installation.without(ALL);
    }
  }

  /** In each kind of user namespace, as what a user may there differs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ROOT      | --userns=host",
        "ROOT      | --privileged",
        "ROOT      | --uidmap=0:100000:65536",
        "ROOT      | --network=host",
        "SINGLE_ID | --userns=host",
        "SINGLE_ID | --network=host",
        "ID_RANGES | --userns=host",
        "ID_RANGES | --userns=nomap",
        "ID_RANGES | --userns=keep-id",
      })
  void mountsAreTheSameAndNoneIsTheHosts(Caller caller, String option) throws Exception {
    String[] arguments = {
      option, "--init", "--read-only", image.toString(), "sh", "-c", MOUNTS + "; ls /.."
    };
    String otherwise = Installation.check(jrun(caller, "", arguments)).out();
    assertThat(otherwise).contains("\n/proc\n", "\nnot-executable\n");
    for (String without : List.of("mount-api", "mount_setattr", ALL)) {
      assertThat(jrun(caller, without, arguments)).isEqualTo(new Result(0, otherwise, ""));
    }
  }

  /** The host's root as a volume shows the host and not the container that is in it meanwhile. */
  @ParameterizedTest
  @ValueSource(strings = {"", "mount-api", ALL})
  void treeOfTheHostIsTakenWithoutTheContainersMounts(String without) throws Exception {
    Result result =
        jrun(Caller.ROOT, without, "-v", "/:/host", image.toString(), "sh", "-c", MOUNTS);
    assertThat(Installation.check(result).out().lines())
        .contains("/host", "/host/proc")
        .noneMatch(path -> path.startsWith("/host" + work));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mount-api", "mount_setattr"})
  void ownersOfADirectoryAreNotShownWrong(String without) throws Exception {
    Result result =
        jrun(Caller.ROOT, without, "--uidmap=0:100000:65536", rootfs.toString(), "true");
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: cannot show '"
                    + rootfs
                    + "' with the container's owners: that takes Linux 5.12 or later, and no"
                    + " filter around jrun; make a tar of it, 'tar -C DIR -cf image.tar .', and"
                    + " run that\n"));
  }

  /** Also what the container has put into cgroups that it made itself. */
  @Test
  @AlsoOnCgroupV2
  void cgroupsAreGoneAfterwardsWithAllThatIsInThem() throws Exception {
    String seconds = "86" + ProcessHandle.current().pid();
    String script =
        """
        name=$(grep -om1 'jrun-[0-9a-f]*' /proc/self/cgroup)
        echo $name
        sleep %s >/dev/null 2>&1 &
        for own in /host/$name /host/*/$name /host/*/*/*/$name; do
          mkdir $own/below || continue
          for file in cpuset.cpus cpuset.mems; do cat $own/$file >$own/below/$file; done
          echo $! >$own/below/cgroup.procs
        done 2>/dev/null
        grep -vc below$ /proc/$!/cgroup
        exit 0
        """
            .formatted(seconds);
    Result result =
        jrun(
            Caller.ROOT,
            ALL,
            "--privileged",
            "--pid=host",
            "--cgroupns=host",
            "--volume=/sys/fs/cgroup:/host",
            "--pids-limit=50",
            image.toString(),
            "sh",
            "-c",
            script);
    List<String> lines = Installation.check(result).out().lines().toList();
    assertThat(lines).as(result.err()).hasSize(2).last().isEqualTo("0");
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"))) {
      assertThat(all).noneMatch(path -> path.endsWith(lines.get(0)));
    }
    assertThat(Caller.ROOT.execute(work, List.of("pgrep", "-f", "^sleep " + seconds)).out())
        .isEmpty();
  }
}
