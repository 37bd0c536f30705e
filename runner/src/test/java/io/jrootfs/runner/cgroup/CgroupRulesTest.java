package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.ContainerCgroups.OomKills;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupRulesTest {
  private static final String[] EVERYTHING = {
    "--memory=64m",
    "--memory-swap=96m",
    "--memory-reservation=32m",
    "--cpu-shares=1024",
    "--cpu-quota=50000",
    "--cpu-period=200000",
    "--cpuset-cpus=1-2",
    "--cpuset-mems=0",
    "--pids-limit=100",
    "--blkio-weight=500",
    "--device-read-bps=/dev/sda:1m",
    "--device-write-bps=/dev/sda:2m",
    "--device-read-iops=/dev/sda:3",
    "--device-write-iops=/dev/sda:4",
    "--device-cgroup-rule=c 10:229 rw",
  };

  @Test
  void everyLimitHasItsFileOfVersion1() throws LimitException {
    assertThat(Machine.version1().disk("/dev/sda", 8, 0).cgroups(EVERYTHING))
        .isEqualTo(
            """
            mkdir /sys/fs/cgroup/blkio/c
            500 > /sys/fs/cgroup/blkio/c/blkio.weight or 500 > /sys/fs/cgroup/blkio/c/blkio.bfq.weight
            8:0 1048576 > /sys/fs/cgroup/blkio/c/blkio.throttle.read_bps_device
            8:0 2097152 > /sys/fs/cgroup/blkio/c/blkio.throttle.write_bps_device
            8:0 3 > /sys/fs/cgroup/blkio/c/blkio.throttle.read_iops_device
            8:0 4 > /sys/fs/cgroup/blkio/c/blkio.throttle.write_iops_device
            mkdir /sys/fs/cgroup/cpu,cpuacct/c
            1024 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.shares
            200000 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_period_us
            50000 > /sys/fs/cgroup/cpu,cpuacct/c/cpu.cfs_quota_us
            mkdir /sys/fs/cgroup/cpuset/c
            0-3 > /sys/fs/cgroup/cpuset/c/cpuset.cpus or 0-3 > /sys/fs/cgroup/cpuset/c/cpus
            0 > /sys/fs/cgroup/cpuset/c/cpuset.mems or 0 > /sys/fs/cgroup/cpuset/c/mems
            1-2 > /sys/fs/cgroup/cpuset/c/cpuset.cpus or 1-2 > /sys/fs/cgroup/cpuset/c/cpus
            0 > /sys/fs/cgroup/cpuset/c/cpuset.mems or 0 > /sys/fs/cgroup/cpuset/c/mems
            mkdir /sys/fs/cgroup/devices/c
            a > /sys/fs/cgroup/devices/c/devices.deny
            c *:* m > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            b *:* m > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 1:3 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 1:5 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 1:7 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 1:8 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 1:9 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 5:0 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 5:2 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 136:* rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 10:200 rwm > /sys/fs/cgroup/devices/c/devices.allow unless FORBIDDEN
            c 10:229 rw > /sys/fs/cgroup/devices/c/devices.allow
            mkdir /sys/fs/cgroup/memory/users/1/c
            67108864 > /sys/fs/cgroup/memory/users/1/c/memory.limit_in_bytes
            100663296 > /sys/fs/cgroup/memory/users/1/c/memory.memsw.limit_in_bytes
            33554432 > /sys/fs/cgroup/memory/users/1/c/memory.soft_limit_in_bytes
            mkdir /sys/fs/cgroup/pids/c
            100 > /sys/fs/cgroup/pids/c/pids.max
            mkdir /sys/fs/cgroup/systemd/user.slice/c
            """);
  }

  @Test
  void everyLimitHasItsFileOfVersion2() throws LimitException {
    String c = "/sys/fs/cgroup/batch/c/";
    assertThat(
            Machine.version2()
                .cgroup2("/sys/fs/cgroup/batch", "cpuset cpu io memory pids", "memory")
                .text("/sys/fs/cgroup/cpuset.cpus.effective", "0-3")
                .text("/sys/fs/cgroup/cpuset.mems.effective", "0")
                .text("/sys/fs/cgroup/cgroup.subtree_control", "cpuset cpu io memory pids")
                .disk("/dev/sda", 8, 0)
                .cgroups(append(EVERYTHING, "--cgroup-parent=batch", "--cgroup-conf=cpu.idle=1")))
        .isEqualTo(
            """
            mkdir /sys/fs/cgroup/batch/c
            +cpuset > /sys/fs/cgroup/batch/cgroup.subtree_control
            67108864 > CGmemory.max
            33554432 > CGmemory.swap.max
            33554432 > CGmemory.low
            +cpu > /sys/fs/cgroup/batch/cgroup.subtree_control
            100 > CGcpu.weight
            50000 200000 > CGcpu.max
            1-2 > CGcpuset.cpus
            0 > CGcpuset.mems
            +pids > /sys/fs/cgroup/batch/cgroup.subtree_control
            100 > CGpids.max
            +io > /sys/fs/cgroup/batch/cgroup.subtree_control
            500 > CGio.bfq.weight or 4950 > CGio.weight
            8:0 rbps=1048576 > CGio.max
            8:0 wbps=2097152 > CGio.max
            8:0 riops=3 > CGio.max
            8:0 wiops=4 > CGio.max
            1 > CGcpu.idle
            filter /sys/fs/cgroup/batch/c [c *:* m, b *:* m, c 1:3 rwm, c 1:5 rwm, c 1:7 rwm, c 1:8 rwm, c 1:9 rwm, c 5:0 rwm, c 5:2 rwm, c 136:* rwm, c 10:200 rwm, c 10:229 rw]
            """
                .replace("CG", c));
  }

  private static String[] append(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  @Test
  void withoutAnyLimitThereIsOneOfProcesses() throws LimitException {
    assertThat(Machine.version1().cgroups()).contains("2048 > /sys/fs/cgroup/pids/c/pids.max\n");
    assertThat(Machine.version2().cgroups())
        .contains("2048 > /sys/fs/cgroup/user.slice/c/pids.max\n");
    assertThat(Machine.version1().cgroups("--pids-limit=-1"))
        .contains("max > /sys/fs/cgroup/pids/c/pids.max\n");
  }

  @Test
  void inVersion2AContainerIsBesideTheCgroupThatWeAreIn() throws LimitException {
    assertThat(Machine.version2().cgroups()).startsWith("mkdir /sys/fs/cgroup/user.slice/c\n");
    // The root of all cgroups may have processes and children.
    assertThat(
            new Machine()
                .mount("/ /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
                .own("0::/")
                .cgroup2("/sys/fs/cgroup", "pids", "")
                .text("/sys/fs/cgroup/cgroup.procs", "1")
                .cgroups())
        .startsWith(
            """
            mkdir /sys/fs/cgroup/c
            +pids > /sys/fs/cgroup/cgroup.subtree_control
            2048 > /sys/fs/cgroup/c/pids.max
            """);
  }

  @Test
  void controllersAreHandedDownFromTheTop() throws LimitException {
    assertThat(Machine.version2().cgroups("--cpus=1", "--cgroup-parent=/user.slice/x"))
        .startsWith(
            """
            mkdir /sys/fs/cgroup/user.slice/x/c
            +cpu > /sys/fs/cgroup/user.slice/cgroup.subtree_control
            +cpu > /sys/fs/cgroup/user.slice/x/cgroup.subtree_control
            100000 100000 > /sys/fs/cgroup/user.slice/x/c/cpu.max
            +pids > /sys/fs/cgroup/user.slice/x/cgroup.subtree_control
            2048 > /sys/fs/cgroup/user.slice/x/c/pids.max
            """);
  }

  private static final String HUGE_PAGES_OF_VERSION_1 =
      "--cgroup-conf=hugetlb.2MB.limit_in_bytes=4194304";

  @Test
  void aControllerIsUsedWhereItIs() throws LimitException {
    Machine hybrid =
        Machine.version1()
            .mount("/ /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw")
            .own("0::/")
            .cgroup2("/sys/fs/cgroup/unified", "hugetlb", "");
    assertThat(hybrid.cgroups("--cgroup-conf=hugetlb.2MB.max=4194304"))
        .contains(
            """
            mkdir /sys/fs/cgroup/unified/c
            +hugetlb > /sys/fs/cgroup/unified/cgroup.subtree_control
            4194304 > /sys/fs/cgroup/unified/c/hugetlb.2MB.max
            """);
    assertThat(hybrid.version1("hugetlb", "rw,hugetlb", "/").cgroups(HUGE_PAGES_OF_VERSION_1))
        .contains("4194304 > /sys/fs/cgroup/hugetlb/c/hugetlb.2MB.limit_in_bytes\n");
  }

  @Test
  void aNewCpusetAndThoseAboveItAreFilledFirst() throws LimitException {
    assertThat(Machine.version1().cgroups("--cgroup-parent=/a/b"))
        .contains(
            """
            mkdir /sys/fs/cgroup/cpuset/a/b/c
            0-3 > /sys/fs/cgroup/cpuset/a/cpuset.cpus or 0-3 > /sys/fs/cgroup/cpuset/a/cpus unless FILLED
            0-3 > /sys/fs/cgroup/cpuset/a/b/cpuset.cpus or 0-3 > /sys/fs/cgroup/cpuset/a/b/cpus unless FILLED
            0-3 > /sys/fs/cgroup/cpuset/a/b/c/cpuset.cpus or 0-3 > /sys/fs/cgroup/cpuset/a/b/c/cpus
            0 > /sys/fs/cgroup/cpuset/a/cpuset.mems or 0 > /sys/fs/cgroup/cpuset/a/mems unless FILLED
            0 > /sys/fs/cgroup/cpuset/a/b/cpuset.mems or 0 > /sys/fs/cgroup/cpuset/a/b/mems unless FILLED
            0 > /sys/fs/cgroup/cpuset/a/b/c/cpuset.mems or 0 > /sys/fs/cgroup/cpuset/a/b/c/mems
            """);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "1024, 100", "262144, 10000", "512, 59", "2048, 174"})
  void sharesBecomeAWeight(int shares, long weight) {
    assertThat(LimitRow.cpuWeight(shares)).isEqualTo(weight);
  }

  @Test
  void swapIsLimitedWithMemory() throws LimitException {
    String v1 = "/sys/fs/cgroup/memory/users/1/c/memory.memsw.limit_in_bytes";
    String v2 = "/sys/fs/cgroup/user.slice/c/memory.swap.max";
    assertThat(Machine.version1().cgroups("--memory=64m"))
        .contains("134217728 > " + v1 + " unless MISSING\n");
    assertThat(Machine.version2().cgroups("--memory=64m"))
        .contains("67108864 > " + v2 + " unless MISSING\n");
    assertThat(Machine.version1().cgroups("--memory=64m", "--memory-swap=64m"))
        .contains("67108864 > " + v1 + "\n");
    assertThat(Machine.version2().cgroups("--memory=64m", "--memory-swap=64m"))
        .contains("0 > " + v2 + " unless MISSING\n");
    assertThat(Machine.version1().cgroups("--memory=64m", "--memory-swap=-1"))
        .contains("-1 > " + v1 + " unless MISSING\n");
    assertThat(Machine.version2().cgroups("--memory=64m", "--memory-swap=-1"))
        .contains("max > " + v2 + " unless MISSING\n");
    assertThat(Machine.version1().cgroups("--memory=9223372036854775807"))
        .contains("9223372036854775807 > " + v1 + " unless MISSING\n");
  }

  @Test
  void killsForWantOfMemoryAreCounted() throws LimitException {
    assertThat(Machine.version1().derive(true, "--memory=64m").oomKills())
        .contains(
            new OomKills(
                "/sys/fs/cgroup/memory/users/1/c",
                "memory.oom_control",
                "oom_kill",
                "memory.limit_in_bytes"));
    assertThat(Machine.version2().derive(true, "--memory=64m").oomKills())
        .contains(
            new OomKills("/sys/fs/cgroup/user.slice/c", "memory.events", "oom_kill", "memory.max"));
    assertThat(Machine.version2().derive(true).oomKills()).isEmpty();
  }

  @Test
  void rulesForTheSameDevicesAreOne() throws LimitException {
    assertThat(
            Machine.version1()
                .cgroups("--device-cgroup-rule=b 8:0 r", "--device-cgroup-rule=b 8:0 w"))
        .contains("b 8:0 rw > /sys/fs/cgroup/devices/c/devices.allow\n")
        .doesNotContain("b 8:0 r >");
    assertThat(Machine.version1().cgroups("--device-cgroup-rule=a *:* rwm"))
        .doesNotContain("devices.");
  }

  @Test
  void anOrdinaryUserHasWhatIsDelegatedToHim() throws LimitException {
    assertThat(Machine.version2().cgroupsOfUser("--memory=64m"))
        .isEqualTo(
            """
            mkdir /sys/fs/cgroup/user.slice/c
            67108864 > /sys/fs/cgroup/user.slice/c/memory.max
            67108864 > /sys/fs/cgroup/user.slice/c/memory.swap.max unless MISSING
            2048 > /sys/fs/cgroup/user.slice/c/pids.max
            """);
  }

  private static final DeviceRule READ_FUSE = DeviceRule.single('c', 10, 229, "r");

  @Test
  void devicesThatAreGivenAreAllowedForWhatTheyAreGiven() throws LimitException {
    assertThat(
            Machine.text(Machine.version1().derive(true, ImmutableList.of(READ_FUSE)))
                .lines()
                .filter(line -> line.contains("229")))
        .containsExactly("c 10:229 r > /sys/fs/cgroup/devices/c/devices.allow");
    assertThat(Machine.text(Machine.version2().derive(true, ImmutableList.of(READ_FUSE))))
        .contains("c 10:200 rwm, c 10:229 r]");
  }

  @Test
  void whereEverythingIsGivenNothingIsDenied() throws LimitException {
    for (Machine machine : List.of(Machine.version1(), Machine.version2())) {
      assertThat(Machine.text(machine.derive(true, ImmutableList.of(DeviceRule.ALL))))
          .doesNotContain("devices.deny", "filter");
    }
  }

  /** Without a list every access is allowed, which is right for one that is given whole. */
  @Test
  void deviceForLessThanEverythingNeedsAList() throws LimitException {
    Machine without = new Machine();
    DeviceRule whole = DeviceRule.single('c', 10, 229, "rwm");
    assertThat(Machine.text(without.derive(true, ImmutableList.of(whole)))).isEmpty();
    assertThatThrownBy(() -> without.derive(true, ImmutableList.of(READ_FUSE)))
        .hasMessage(
            "--device cannot be enforced: no cgroup hierarchy that could filter devices is"
                + " mounted");
  }

  @Test
  void anOrdinaryUserHasNoCgroupWhereNothingIsDelegated() throws LimitException {
    assertThat(Machine.version2().notWritable("/sys/fs/cgroup/user.slice").cgroupsOfUser())
        .isEmpty();
    assertThat(
            Machine.version2()
                .notWritable("/sys/fs/cgroup/user.slice/cgroup.procs")
                .cgroupsOfUser())
        .isEmpty();
  }

  @Test
  void aLimitThatCannotBeSetIsRefusedWithTheReason() {
    assertThatThrownBy(
            () ->
                Machine.version2()
                    .notWritable("/sys/fs/cgroup/user.slice")
                    .cgroupsOfUser("--memory=64m"))
        .isInstanceOf(LimitException.class)
        .hasMessage(
            "--memory cannot be enforced: we may not make a cgroup in /sys/fs/cgroup/user.slice;"
                + " start jrun in a cgroup that is delegated to this user, with systemd by"
                + " 'systemd-run --user --scope -p Delegate=yes jrun ...'");
    assertThatThrownBy(
            () ->
                Machine.version1()
                    .notWritable("/sys/fs/cgroup/pids")
                    .cgroupsOfUser("--pids-limit=10"))
        .hasMessage(
            "--pids-limit cannot be enforced: we may not make a cgroup in /sys/fs/cgroup/pids; only"
                + " root can limit anything with cgroups of version 1");
    assertThatThrownBy(() -> new Machine().cgroups("--memory=64m"))
        .hasMessage(
            "--memory cannot be enforced: no mounted cgroup hierarchy has the controller memory;"
                + " the kernel may be without it, or started with it switched off");
    assertThatThrownBy(() -> new Machine().cgroups("--cgroup-parent=x"))
        .hasMessage("--cgroup-parent cannot be enforced: no cgroup hierarchy is mounted");
    assertThatThrownBy(() -> new Machine().cgroups("--device-cgroup-rule=b 8:0 r"))
        .hasMessage(
            "--device-cgroup-rule cannot be enforced: no cgroup hierarchy that could filter devices"
                + " is mounted");
    assertThatThrownBy(() -> Machine.version2().cgroupsOfUser("--device-cgroup-rule=b 8:0 r"))
        .hasMessageStartingWith("--device-cgroup-rule cannot be enforced: in a user namespace");
  }

  @Test
  void controllersThatAreNotHandedDownAreRefusedWithTheReason() {
    // A container's own cgroup namespace: the root has processes, and there is nothing beside it.
    Machine inContainer =
        new Machine()
            .mount("/ /sys/fs/cgroup rw - cgroup2 cgroup2 rw")
            .own("0::/")
            .cgroup2("/sys/fs/cgroup", "memory", "")
            .text("/sys/fs/cgroup/cgroup.type", "domain")
            .text("/sys/fs/cgroup/cgroup.procs", "1");
    assertThatThrownBy(() -> inContainer.cgroups("--memory=64m"))
        .hasMessage(
            "--memory cannot be enforced: the controller memory cannot be handed down by"
                + " /sys/fs/cgroup while processes are in it; move them into a cgroup below, or give"
                + " another --cgroup-parent");
    assertThatThrownBy(() -> Machine.version2().cgroups("--cpuset-cpus=0"))
        .hasMessage(
            "--cpuset-cpus cannot be enforced: the controller cpuset is not among those of"
                + " /sys/fs/cgroup/user.slice (cgroup.controllers); it must be handed down to"
                + " there");
    assertThatThrownBy(
            () ->
                Machine.version2()
                    .notWritable("/sys/fs/cgroup/user.slice/cgroup.subtree_control")
                    .cgroupsOfUser("--cpus=1"))
        .hasMessage(
            "--cpus or --cpu-quota cannot be enforced: the controller cpu is not handed down by"
                + " /sys/fs/cgroup/user.slice and we may not write its cgroup.subtree_control");
  }

  @ParameterizedTest
  @CsvSource({
    "--pids-limit=9, false",
    "--device-cgroup-rule=c 5:3 r, false",
    "--memory=64m, true",
    "--cpus=1, true",
    "--cpuset-mems=0, true",
    "--cgroup-conf=blkio.weight=9, true",
    "--cgroup-parent=/a, true"
  })
  void onlyOtherProcessesAndDevicesAreNothingToTheStart(String option, boolean limited)
      throws LimitException {
    assertThat(Machine.version1().derive(true, option).limitTheStart()).isEqualTo(limited);
  }

  @Test
  void aReadOnlyHierarchyIsNoPlace() throws LimitException {
    Machine machine =
        new Machine()
            .mount("/ /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids")
            .own("8:pids:/")
            .text("/sys/fs/cgroup/pids/cgroup.procs", "1");
    assertThat(machine.cgroups()).isEmpty();
    assertThatThrownBy(() -> machine.cgroups("--pids-limit=9"))
        .hasMessage(
            "--pids-limit cannot be enforced: the cgroup hierarchy pids is mounted read-only on"
                + " /sys/fs/cgroup/pids");
  }

  @Test
  void processorsThatAreNotThereAreRefused() {
    assertThatThrownBy(() -> Machine.version1().cgroups("--cpuset-cpus=2-4"))
        .hasMessage("--cpuset-cpus '2-4': there is no more than 0-3 here");
    assertThatThrownBy(() -> Machine.version1().cgroups("--cpuset-mems=1"))
        .hasMessage("--cpuset-mems '1': there is no more than 0 here");
  }

  @Test
  void aRateOfNoDiskIsRefused() {
    assertThatThrownBy(() -> Machine.version1().cgroups("--device-read-bps=/dev/null:1m"))
        .hasMessage("--device-read-bps '/dev/null': is no block device; 'lsblk -p' lists them");
  }
}
