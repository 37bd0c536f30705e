package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.runner.cgroup.Limits.DiskRate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitArgumentsTest {
  @ParameterizedTest
  @CsvSource({
    "67108864, 67108864",
    "64m, 67108864",
    "64M, 67108864",
    "64mb, 67108864",
    "64MiB, 67108864",
    "65536k, 67108864",
    "1.5g, 1610612736",
    "1t, 1099511627776",
    "6291456b, 6291456",
  })
  void unitsOfMemoryArePowersOf1024(String word, long bytes) throws LimitException {
    assertThat(Machine.limits("--memory=" + word).memory()).hasValue(bytes);
  }

  @ParameterizedTest
  @CsvSource({"1.5, 150000", "0.01, 1000", "2, 200000", "0.333333333, 33333"})
  void cpusAreAQuotaOfTheDefaultPeriod(String word, long quota) throws LimitException {
    assertThat(Machine.limits("--cpus=" + word).cpuQuota()).hasValue(quota);
    assertThat(Machine.limits("--cpus=" + word).cpuPeriod()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-2,7|0-2,7", "3,1,2|1-3", "0|0", "0-1,1-4|0-4", "8191|8191"})
  void listsAreSortedAndMerged(String word, String list) throws LimitException {
    assertThat(Machine.limits("--cpuset-cpus=" + word).processors())
        .hasValueSatisfying(numbers -> assertThat(numbers).hasToString(list));
  }

  @Test
  void minusOneIsNoLimit() throws LimitException {
    assertThat(Machine.limits("--pids-limit=-1").pids()).hasValue(Limits.UNLIMITED);
    assertThat(Machine.limits("--memory=8m", "--memory-swap=-1").memoryAndSwap())
        .hasValue(Limits.UNLIMITED);
    assertThat(Machine.limits("--memory-swap=-1")).isEqualTo(Limits.NONE);
    assertThat(Machine.limits("--cpu-quota=-1")).isEqualTo(Limits.NONE);
  }

  @Test
  void ofASingleOptionTheLastWordCounts() throws LimitException {
    assertThat(Machine.limits("--pids-limit=5", "--pids-limit=7").pids()).hasValue(7);
  }

  @Test
  void ratesNameADevice() throws LimitException {
    assertThat(
            Machine.limits(
                    "--device-write-iops=/dev/b:100", "--device-read-bps=/dev/disk/by-id/a:b:1mb")
                .diskRates())
        .containsExactly(
            new DiskRate(DiskRate.Kind.READ_BYTES, "/dev/disk/by-id/a:b", 1 << 20),
            new DiskRate(DiskRate.Kind.WRITE_OPERATIONS, "/dev/b", 100));
  }

  @ParameterizedTest
  @CsvSource({"batch, /batch", "/batch, /batch", "/a//b/, /a/b", "/, /", "a.slice, /a.slice"})
  void theParentIsAlwaysFromTheTop(String word, String path) throws LimitException {
    assertThat(Machine.limits("--cgroup-parent=" + word).parent()).contains(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--memory|\"\"|is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory|64q|is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory|-1|is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory|64 m|is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory|0x10|is no size; write a number of bytes or one with k, m, g or t, as in 64m",
        "--memory|6291455|is too small; 6 MiB is the least",
        "--memory|0|is too small; 6 MiB is the least",
        "--memory|999999999t|is more than the kernel can count",
        "--memory-swap|64m|counts memory and swap together, so it needs --memory; without limit it is -1",
        "--memory-swap|-2|counts memory and swap together, so it needs --memory; without limit it is -1",
        "--memory-reservation|0|is too small; 1 byte is the least",
        "--cpus|0|must be from 0.01 to 864000",
        "--cpus|0.009|must be from 0.01 to 864000",
        "--cpus|900000|must be from 0.01 to 864000",
        "--cpus|1e3|is no number of processors; write it as in 1.5",
        "--cpus|-1|is no number of processors; write it as in 1.5",
        "--cpus|NaN|is no number of processors; write it as in 1.5",
        "--cpu-shares|1|must be a whole number from 2 to 262144",
        "--cpu-shares|262145|must be a whole number from 2 to 262144",
        "--cpu-quota|999|must be a whole number from 1000 to 86400000000",
        "--cpu-quota|-2|must be a whole number from 1000 to 86400000000",
        "--cpu-period|1000001|must be a whole number from 1000 to 1000000",
        "--cpu-period|999|must be a whole number from 1000 to 1000000",
        "--cpuset-cpus|\"\"|is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-cpus|0,|is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-cpus|0-|is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-cpus|a|is no list of numbers; write them as in 0-2,7 without spaces",
        "--cpuset-mems|2-1|'2-1' ends before it starts",
        "--cpuset-mems|8192|no number is above 8191",
        "--pids-limit|0|leaves no room for the container's own process; no limit is -1",
        "--pids-limit|-2|must be a whole number from 1 to 4194304",
        "--pids-limit|4194305|must be a whole number from 1 to 4194304",
        "--pids-limit|9999999999999999999|must be a whole number from 1 to 4194304",
        "--blkio-weight|9|must be a whole number from 10 to 1000",
        "--blkio-weight|1001|must be a whole number from 10 to 1000",
        "--device-read-bps|1m|is no device and rate; write them as in /dev/sda:10m",
        "--device-read-bps|sda:1m|is no device and rate; write them as in /dev/sda:10m",
        "--device-write-iops|/dev/sda|is no device and rate; write them as in /dev/sda:100",
        "--device-write-iops|/dev/sda:1m|must be a whole number from 1 to 4294967295",
        "--device-read-iops|/dev/sda:0|must be a whole number from 1 to 4294967295",
        "--device-cgroup-rule|a 1:3 r|a is every device, so write 'a *:*'",
        "--device-cgroup-rule|c 4096:3 r|no device number is above 4095 there",
        "--device-cgroup-rule|c 1:1048576 r|no device number is above 1048575 there",
        "--cgroup-parent|\"\"|is empty; write a path such as /batch",
        "--cgroup-parent|/a/../b|'..' is no cgroup's name; write the path",
        "--cgroup-parent|.|'.' is no cgroup's name; write the path",
        "--cgroup-conf|memory.high|is no file and value; write them as in memory.high=512M",
        "--cgroup-conf|../memory.high=1|is no file and value; write them as in memory.high=512M",
        "--cgroup-conf|memory.high= |is no file and value; write them as in memory.high=512M",
        "--cgroup-conf|devices.allow=a|would undo our list; --device-cgroup-rule adds to it",
        "--cgroup-conf|cgroup.procs=1|is no limit; files of a controller, such as memory.high, are",
      })
  void aValueThatMeansNothingIsRefused(String option, String word, String problem) {
    assertThatThrownBy(() -> Machine.limits(option + "=" + word))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining(problem)
        .hasMessageStartingWith(option + " '");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c 1:3",
        "c 1:3 x",
        "d 1:3 r",
        "c 1 r",
        "c 1:3  r",
        "c -1:3 r",
        "c 1:3 rwmr",
        "c a:b r",
      })
  void aRuleThatIsNoneIsRefused(String rule) {
    assertThatThrownBy(() -> Machine.limits("--device-cgroup-rule=" + rule))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("is no device rule; write a, b or c");
  }

  @Test
  void valuesThatContradictEachOtherAreRefused() {
    assertThatThrownBy(() -> Machine.limits("--memory=64m", "--memory-swap=32m"))
        .hasMessage("--memory-swap '32m': is too small; 64 MiB is the least");
    assertThatThrownBy(() -> Machine.limits("--memory=64m", "--memory-reservation=65m"))
        .hasMessage("--memory-reservation '65m': is above --memory; it can be that at most");
    assertThatThrownBy(() -> Machine.limits("--cpus=1", "--cpu-quota=1000"))
        .hasMessage("--cpus '1': is a quota and a period; leave it or the other option out");
    assertThatThrownBy(() -> Machine.limits("--cpus=1", "--cpu-period=1000"))
        .hasMessage("--cpus '1': is a quota and a period; leave it or the other option out");
    assertThatThrownBy(() -> Machine.limits("--cgroup-conf=a.b=1", "--cgroup-conf=a.b=2"))
        .hasMessage("--cgroup-conf 'a.b=2': a.b is given twice");
  }

  @Test
  void controlCharactersDoNotReachATerminal() {
    assertThatThrownBy(() -> Machine.limits("--memory=\u001b[2J"))
        .hasMessageStartingWith("--memory '\\x1b[2J': ");
  }
}
