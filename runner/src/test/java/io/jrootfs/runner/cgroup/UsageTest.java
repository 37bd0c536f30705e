package io.jrootfs.runner.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of cgroups say, as kernels write them. */
class UsageTest {
  private static final ImmutableList<String> TREES_1 =
      ImmutableList.of("/cg/cpu/c", "/cg/cpuacct/c", "/cg/memory/c", "/cg/pids/c", "/cg/blkio/c");

  private static OptionalLong is(long number) {
    return OptionalLong.of(number);
  }

  private static Machine version1() {
    return new Machine()
        .text("/cg/cpu/c/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0")
        .text("/cg/cpu/c/cpu.cfs_quota_us", "50000")
        .text("/cg/cpu/c/cpu.cfs_period_us", "100000")
        .text("/cg/cpuacct/c/cpuacct.usage", "1700772141")
        .text("/cg/memory/c/memory.usage_in_bytes", "679936")
        .text("/cg/memory/c/memory.limit_in_bytes", "67108864")
        .text("/cg/pids/c/pids.current", "2")
        .text("/cg/pids/c/pids.max", "2048")
        .text(
            "/cg/blkio/c/blkio.throttle.io_service_bytes_recursive",
            """
            8:16 Read 4096
            8:16 Write 512
            8:16 Sync 4608
            8:16 Async 0
            8:16 Discard 0
            8:16 Total 4608
            8:0 Read 8192
            8:0 Write 1024
            8:0 Sync 9216
            8:0 Async 0
            8:0 Discard 0
            8:0 Total 9216
            Total 13824""");
  }

  private static final Usage USAGE =
      new Usage(
          is(1_700_772_141),
          is(500_000_000),
          is(679_936),
          is(67_108_864),
          is(2),
          is(2048),
          is(12_288),
          is(1536));

  @Test
  void controllersOfVersion1AreInTreesOfTheirOwn() {
    assertThat(Usage.read(TREES_1, version1())).isEqualTo(USAGE);
  }

  @Test
  void version2HasAllInOneTree() {
    Machine machine =
        new Machine()
            .text("/cg/c/cpu.stat", "usage_usec 1700772\nuser_usec 700000\nsystem_usec 1000772")
            .text("/cg/c/cpu.max", "50000 100000")
            .text("/cg/c/memory.current", "679936")
            .text("/cg/c/memory.max", "67108864")
            .text("/cg/c/pids.current", "2")
            .text("/cg/c/pids.max", "2048")
            .text(
                "/cg/c/io.stat",
                "8:16 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=0 dios=0\n"
                    + "8:0 rbytes=8192 wbytes=1024 rios=2 wios=1 dbytes=77 dios=1");
    assertThat(Usage.read(ImmutableList.of("/cg/c"), machine))
        .isEqualTo(
            new Usage(
                is(1_700_772_000),
                USAGE.cpuLimit(),
                USAGE.memory(),
                USAGE.memoryLimit(),
                USAGE.pids(),
                USAGE.pidsLimit(),
                USAGE.blockRead(),
                USAGE.blockWritten()));
  }

  /** The tree of version 2 counts processor time whether or not it has that controller. */
  @Test
  void inAHybridEachControllerIsAskedWhereItIs() {
    Machine machine =
        version1()
            .text("/cg/unified/c/cpu.stat", "usage_usec 99\nuser_usec 0\nsystem_usec 99")
            .text("/cg/unified/c/io.stat", "8:0 rbytes=1 wbytes=1 rios=1 wios=1");
    ImmutableList<String> all =
        ImmutableList.<String>builder().add("/cg/unified/c").addAll(TREES_1).build();
    assertThat(Usage.read(all, machine)).isEqualTo(USAGE);
    assertThat(Usage.read(ImmutableList.of("/cg/unified/c"), machine).cpuTime())
        .isEqualTo(is(99_000));
  }

  @Test
  void whatIsNotCountedIsUnknown() {
    assertThat(Usage.read(ImmutableList.of(), version1())).isEqualTo(Usage.UNKNOWN);
    assertThat(Usage.read(ImmutableList.of("/cg/gone"), version1())).isEqualTo(Usage.UNKNOWN);
    assertThat(Usage.read(ImmutableList.of("/cg/pids/c"), version1()).memory()).isEmpty();
  }

  @Test
  void noDiskWasUsedIsNotUnknown() {
    Machine machine =
        new Machine()
            .text("/1/blkio.throttle.io_service_bytes_recursive", "Total 0")
            .text("/2/io.stat", "");
    assertThat(Usage.read(ImmutableList.of("/1"), machine).blockRead()).isEqualTo(is(0));
    assertThat(Usage.read(ImmutableList.of("/2"), machine).blockWritten()).isEqualTo(is(0));
  }

  /** Of kernels with pages of 4 and of 64 KiB; the last is from before Linux 4.0. */
  @ParameterizedTest
  @CsvSource({
    "memory.limit_in_bytes, 9223372036854771712",
    "memory.limit_in_bytes, 9223372036854710272",
    "memory.limit_in_bytes, 18446744073709551615",
    "memory.max, max",
  })
  void noLimitOfMemoryIsToldFromALargeOne(String file, String none) {
    assertThat(
            Usage.read(ImmutableList.of("/c"), new Machine().text("/c/" + file, none))
                .memoryLimit())
        .isEqualTo(is(Limits.UNLIMITED));
    Machine large = new Machine().text("/c/" + file, "4611686018427387904");
    assertThat(Usage.read(ImmutableList.of("/c"), large).memoryLimit()).isEqualTo(is(1L << 62));
  }

  @Test
  void otherLimitsThatAreNotSet() {
    Machine machine =
        new Machine()
            .text("/1/cpu.cfs_quota_us", "-1")
            .text("/1/cpu.cfs_period_us", "100000")
            .text("/1/pids.max", "max")
            .text("/2/cpu.max", "max 100000");
    assertThat(Usage.read(ImmutableList.of("/1"), machine).cpuLimit())
        .isEqualTo(is(Limits.UNLIMITED));
    assertThat(Usage.read(ImmutableList.of("/1"), machine).pidsLimit())
        .isEqualTo(is(Limits.UNLIMITED));
    assertThat(Usage.read(ImmutableList.of("/2"), machine).cpuLimit())
        .isEqualTo(is(Limits.UNLIMITED));
  }

  @Test
  void quotaIsAPartOfItsPeriod() {
    Machine machine = new Machine().text("/2/cpu.max", "15000 10000");
    assertThat(Usage.read(ImmutableList.of("/2"), machine).cpuLimit()).isEqualTo(is(1_500_000_000));
  }
}
