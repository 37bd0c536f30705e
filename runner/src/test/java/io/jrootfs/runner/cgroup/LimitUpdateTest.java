package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written into the cgroups of a container that runs, and in which order. */
class LimitUpdateTest {
  private static final String C2 = "/sys/fs/cgroup/user.slice/c";

  private static ImmutableListMultimap<String, String> words(String options) {
    ImmutableListMultimap.Builder<String, String> words = ImmutableListMultimap.builder();
    for (String option : options.split(" ", -1)) {
      if (!option.isEmpty()) {
        words.put(option.substring(0, option.indexOf('=')), option.replaceFirst("[^=]*=", ""));
      }
    }
    return words.build();
  }

  private static String writes(
      Machine machine, List<String> directories, String before, String given)
      throws LimitException {
    return LimitUpdate.derive(
            LimitArguments.parse(words(before)),
            LimitArguments.parse(LimitWords.changed(words(before), words(given))),
            words(given).keySet(),
            machine.mounts(),
            machine,
            ImmutableList.copyOf(directories))
        .stream()
        .map(
            write ->
                write.choices().get(0).value()
                    + " > "
                    + write.directory()
                    + "/"
                    + write.choices().get(0).file()
                    + "\n")
        .collect(Collectors.joining());
  }

  private static String version1(String before, String given, String... files)
      throws LimitException {
    Machine machine = Machine.version1();
    for (int i = 0; i < files.length; i += 2) {
      machine.text("/sys/fs/cgroup/" + files[i], files[i + 1]);
    }
    List<String> directories =
        List.of("/sys/fs/cgroup/cpu,cpuacct/c", "/sys/fs/cgroup/memory/users/1/c");
    return writes(machine, directories, before, given);
  }

  private static Machine version2(String controllers) {
    return Machine.version2().cgroup2(C2, controllers, "");
  }

  @ParameterizedTest
  @CsvSource({
    "--memory=256m, 268435456, 536870912, true",
    "--memory=100m, 104857600, 209715200, false",
    "--memory=32m, 33554432, 67108864, false",
  })
  void memoryIsAtNoTimeAboveMemoryAndSwap(
      String given, String memory, String both, boolean swapFirst) throws LimitException {
    String first = memory + " > /sys/fs/cgroup/memory/users/1/c/memory.limit_in_bytes\n";
    String second = both + " > /sys/fs/cgroup/memory/users/1/c/memory.memsw.limit_in_bytes\n";
    assertThat(
            version1(
                "--memory=64m", given, "memory/users/1/c/memory.memsw.limit_in_bytes", "134217728"))
        .isEqualTo(swapFirst ? second + first : first + second);
  }

  @ParameterizedTest
  @CsvSource({"50000, true", "200000, false"})
  void quotaIsAtNoTimeMoreOfItsPeriodThanBeforeOrAfter(String period, boolean quotaFirst)
      throws LimitException {
    String first = period + " > /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_period_us\n";
    String second = "20000 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_quota_us\n";
    assertThat(
            version1(
                "--cpus=0.5",
                "--cpu-quota=20000 --cpu-period=" + period,
                "cpu,cpuacct/c/cpu.cfs_period_us",
                "100000"))
        .isEqualTo(quotaFirst ? second + first : first + second);
  }

  @Test
  void whatIsGivenIsWrittenAndNothingElse() throws LimitException {
    assertThat(version1("--memory=64m --cpus=0.5", "--cpu-shares=99"))
        .isEqualTo("99 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.shares\n");
    assertThat(version1("--cpu-shares=99", "--cpu-shares=99"))
        .isEqualTo("99 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.shares\n");
  }

  @Test
  void controllerThatTheContainerDidNotHaveIsHandedDownToIt() throws LimitException {
    assertThat(writes(version2("memory pids"), List.of(C2), "", "--cpus=0.5"))
        .isEqualTo(
            "+cpu > /sys/fs/cgroup/user.slice/cgroup.subtree_control\n"
                + "50000 100000 > "
                + C2
                + "/cpu.max\n");
    assertThat(writes(version2("cpu memory pids"), List.of(C2), "", "--cpus=0.5"))
        .isEqualTo("50000 100000 > " + C2 + "/cpu.max\n");
  }

  @Test
  void version2WouldKillWhatIsInUse() {
    Machine machine =
        version2("memory").text(C2 + "/memory.stat", "anon 20971520\nfile 99\nshmem 4194304");
    assertThatThrownBy(() -> writes(machine, List.of(C2), "", "--memory=16m"))
        .isInstanceOf(LimitException.class)
        .hasMessage(
            "--memory '16 MiB': the container uses more, 24 MiB, and the kernel would kill it; stop"
                + " something in it first");
  }

  @Test
  void containerWithoutACgroupThereCannotBeLimited() {
    assertThatThrownBy(() -> writes(Machine.version1(), List.of("/other"), "", "--cpus=1"))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("the container has no cgroup of its own in the cgroup hierarchy cpu");
  }

  @ParameterizedTest
  @CsvSource({
    "--memory=64m --memory-swap=80m, --memory=-1, ''",
    "--memory=64m --memory-swap=80m, --memory=70m, --memory-swap=80m --memory=70m",
    "--cpu-quota=5000 --cpu-period=10000, --cpus=2, --cpus=2",
    "--cpus=0.5, --cpu-period=10000, --cpu-quota=50000 --cpu-period=10000",
    "--cpus=0.5, --cpu-quota=-1, ''",
    "--pids-limit=5, --pids-limit=-1, --pids-limit=-1",
    "--device-read-bps=/dev/a:1 --device-read-bps=/dev/b:2, --device-read-bps=/dev/a:3,"
        + " --device-read-bps=/dev/b:2 --device-read-bps=/dev/a:3",
    "--cgroup-parent=/x, --cpus=1, --cgroup-parent=/x --cpus=1",
  })
  void whatIsGivenTakesThePlaceOfWhatWas(String before, String given, String after)
      throws LimitException {
    assertThat(LimitWords.changed(words(before), words(given))).isEqualTo(words(after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "memory.max | max | 67108864 | max",
        "blkio.throttle.read_bps_device | 8:0 5 | 8:0 9 | 8:0 5",
        "blkio.throttle.read_bps_device | 8:16 5 | 8:0 9 | 8:0 0",
        "io.max | 8:0 rbps=5 wbps=max riops=max wiops=max | 8:0 rbps=9"
            + " | 8:0 rbps=5 wbps=max riops=max wiops=max",
        "io.max | '' | 8:0 rbps=9 | 8:0 rbps=max wbps=max riops=max wiops=max",
        "io.weight | default 100 | 50 | default 100",
        "cgroup.subtree_control | memory | +cpu | -cpu",
      })
  void whatWasIsWrittenToPutItBack(String file, String before, String written, String former) {
    assertThat(AppliedWrites.former(file, before + "\n", written)).isEqualTo(former);
  }
}
