package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import io.jrootfs.runner.machine.AlsoOnCgroupV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits that are changed while the container runs, read from the kernel's files. */
@ExtendWith(LeakCheck.class)
class UpdateTest extends LiveTest {
  private static final boolean VERSION_2 =
      Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));

  private static final long MIB = 1 << 20;

  /** What a file says of the container's cgroup, wherever that is. */
  private String file(String version1, String version2) throws Exception {
    String name = VERSION_2 ? version2 : version1;
    String json = output(Caller.ROOT, "inspect", "web");
    for (String word : Splitter.on('"').split(json)) {
      Path file = Path.of(word.replace('\n', ' '), name);
      if (word.startsWith("/sys/fs/cgroup/") && Files.exists(file)) {
        return Files.readString(file).strip();
      }
    }
    throw new AssertionError("no cgroup has " + name + ": " + json);
  }

  private String memory() throws Exception {
    return file("memory.limit_in_bytes", "memory.max");
  }

  private String swap() throws Exception {
    return file("memory.memsw.limit_in_bytes", "memory.swap.max");
  }

  /** Of 64 MiB with as much swap again, in the words of either version. */
  private static String swapOf(long memoryAndSwap, long memory) {
    return String.valueOf(VERSION_2 ? memoryAndSwap - memory : memoryAndSwap);
  }

  private String processorTime() throws Exception {
    return VERSION_2
        ? file("", "cpu.max")
        : file("cpu.cfs_quota_us", "") + " " + file("cpu.cfs_period_us", "");
  }

  private void update(String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("update"));
    words.addAll(List.of(options));
    words.add("web");
    assertThat(output(Caller.ROOT, words.toArray(String[]::new))).isEqualTo("web\n");
  }

  /** As they stand in the record; its times and numbers may hold the digits by chance. */
  private static String[] limits(String... values) {
    return Stream.of(values).map(value -> '"' + value + '"').toArray(String[]::new);
  }

  private Result refused(String... options) throws Exception {
    Result result =
        jrun(
            Caller.ROOT,
            Stream.of(Stream.of("update"), Stream.of(options), Stream.of("web"))
                .flatMap(words -> words)
                .toArray(String[]::new));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasLineCount(1);
    return result;
  }

  /** In version 1 raising begins with memory and swap together, and lowering with memory. */
  @Test
  void memoryIsRaisedAndLoweredWithItsSwap() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m");
    for (long size : List.of(256 * MIB, 32 * MIB, 96 * MIB)) {
      update("--memory=" + size);
      assertThat(memory()).isEqualTo(String.valueOf(size));
      assertThat(swap()).isEqualTo(swapOf(2 * size, size));
    }
    update("--memory=512m", "--memory-swap=600m");
    assertThat(swap()).isEqualTo(swapOf(600 * MIB, 512 * MIB));
    update("--memory=16m", "--memory-swap=16m");
    assertThat(memory()).isEqualTo(String.valueOf(16 * MIB));
    assertThat(swap()).isEqualTo(swapOf(16 * MIB, 16 * MIB));
  }

  @Test
  void processorTimeIsChangedInEitherWay() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    update("--cpus=0.5");
    assertThat(processorTime()).isEqualTo("50000 100000");
    update("--cpu-period=50000");
    assertThat(processorTime()).isEqualTo("50000 50000");
    update("--cpu-quota=2000", "--cpu-period=10000");
    assertThat(processorTime()).isEqualTo("2000 10000");
    update("--cpus=1.5");
    assertThat(processorTime()).isEqualTo("150000 100000");
    update("--cpus=-1");
    assertThat(processorTime()).isEqualTo((VERSION_2 ? "max" : "-1") + " 100000");
  }

  @Test
  void everythingElseIsChangedToo() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    update("--pids-limit=33", "--cpu-shares=512", "--cpuset-cpus=0", "--memory-reservation=8m");
    assertThat(file("pids.max", "pids.max")).isEqualTo("33");
    assertThat(file("cpu.shares", "cpu.weight")).isEqualTo(VERSION_2 ? "59" : "512");
    assertThat(file("cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
    assertThat(file("memory.soft_limit_in_bytes", "memory.low")).isEqualTo("8388608");
    String disk = disk();
    update("--device-read-bps=" + disk + ":1m", "--device-write-iops=" + disk + ":100");
    update("--device-read-bps=" + disk + ":2m");
    assertThat(file("blkio.throttle.read_bps_device", "io.max"))
        .contains(VERSION_2 ? "rbps=2097152" : " 2097152");
    assertThat(file("blkio.throttle.write_iops_device", "io.max"))
        .contains(VERSION_2 ? "wiops=100" : " 100");
    assertThat(output(Caller.ROOT, "inspect", "web"))
        .contains("\"device-read-bps\" : [ \"" + disk + ":2m\" ]", "\"pids-limit\" : \"33\"");
  }

  private static String disk() throws IOException, InterruptedException {
    return Installation.check(
            Caller.ROOT.execute(
                work, List.of("sh", "-c", "lsblk -bdnpo SIZE,NAME | sort -n | tail -n 1")))
        .out()
        .strip()
        .replaceFirst("[0-9]+ +", "");
  }

  @Test
  void oneThatHasEndedKeepsNoOtherFromBeingChanged() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--pids-limit=50");
    start(Caller.ROOT, "ended", "true");
    output(Caller.ROOT, "wait", "ended");
    assertThat(jrun(Caller.ROOT, "update", "--pids-limit=77", "web", "ended"))
        .isEqualTo(
            new Result(125, "web\n", "jrun: container 'ended': does not run, it is exited\n"));
    assertThat(output(Caller.ROOT, "inspect", "web")).contains("\"pids-limit\" : \"77\"");
    start(Caller.ROOT, "db", "sleep 1000");
    assertThat(output(Caller.ROOT, "update", "--pids-limit=77", "web", "db"))
        .isEqualTo("web\ndb\n");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json"))
        .containsPattern("\"pidsLimit\":77,.*\"pidsLimit\":77,");
  }

  @Test
  void otherLimitsAreLiftedToo() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "sleep 1000",
        "--memory=64m",
        "--memory-swap=80m",
        "--memory-reservation=32m",
        "--cpus=0.5");
    update("--memory-swap=-1", "--memory-reservation=-1", "--cpus=-1");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json", "web"))
        .contains("\"cpuLimit\":-1,", "\"memoryLimit\":" + 64 * MIB + ",");
    assertThat(output(Caller.ROOT, "inspect", "web")).doesNotContain(limits("32m", "80m", "0.5"));
    update("--cpu-quota=20000");
    update("--cpu-quota=-1");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json", "web"))
        .contains("\"cpuLimit\":-1,");
  }

  @Test
  void limitsAreLifted() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m", "--memory-swap=80m");
    update("--memory=-1", "--pids-limit=-1");
    assertThat(output(Caller.ROOT, "stats", "--no-stream", "--json", "web"))
        .contains("\"memoryLimit\":-1,", "\"pidsLimit\":-1,");
    assertThat(output(Caller.ROOT, "inspect", "web")).doesNotContain(limits("64m", "80m"));
    update("--memory=32m");
    assertThat(swap()).isEqualTo(swapOf(64 * MIB, 32 * MIB));
  }

  @Test
  void recordTellsTheTruthAndWhoEntersIsHeldToIt() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m", "--cpus=1");
    update("--memory=80m", "--cpu-quota=20000");
    String json = output(Caller.ROOT, "inspect", "web");
    assertThat(json)
        .contains("\"memory\" : \"80m\"", "\"cpu-quota\" : \"20000\"")
        .doesNotContain("\"cpus\"");
    String show =
        VERSION_2
            ? "cat /sys/fs/cgroup/memory.max"
            : "cat /sys/fs/cgroup/memory/memory.limit_in_bytes";
    assertThat(output(Caller.ROOT, "exec", "web", "sh", "-c", show)).isEqualTo(80 * MIB + "\n");
    try (Stream<Path> files = Files.list(containers.records(Caller.ROOT).resolve("web"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsOnlyOnce("limits.json")
          .doesNotContain("limits.json.new");
    }
  }

  @Test
  void onePartThatCannotBeAppliedLeavesAllAsItWas() throws Exception {
    start(
        Caller.ROOT,
        "web",
        "dd if=/dev/zero of=/dev/shm/file bs=1M count=40 && echo full && sleep 1000",
        "--memory=128m",
        "--memory-swap=128m",
        "--cpus=0.5");
    LivingContainers.await(
        "it is full", () -> output(Caller.ROOT, "logs", "web").contains("full\n"));
    String before = output(Caller.ROOT, "inspect", "web");
    String swap = swap();
    // A cgroup whose number of processes is limited first, then its memory would not be kept.
    Result result = refused("--cpus=1", "--pids-limit=7", "--memory=16m", "--memory-swap=16m");
    assertThat(result.err()).startsWith("jrun: --memory").contains("the container uses more");
    assertThat(memory()).isEqualTo(String.valueOf(128 * MIB));
    assertThat(swap()).isEqualTo(swap);
    assertThat(processorTime()).isEqualTo("50000 100000");
    assertThat(output(Caller.ROOT, "inspect", "web")).isEqualTo(before);
  }

  @Test
  void whatWasWrittenBeforeTheKernelRefusedIsPutBack() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m", "--pids-limit=50");
    String before = output(Caller.ROOT, "inspect", "web");
    // The cgroup above holds its children to half a processor; the kernel refuses them more.
    Path cgroup =
        Path.of(
            Splitter.on('"')
                .splitToStream(before)
                .filter(word -> word.matches("/sys/fs/cgroup/cpu/.*"))
                .findFirst()
                .orElseThrow());
    Path child = Files.createDirectory(cgroup.resolve("child"));
    try {
      Files.writeString(child.resolve("cpu.cfs_quota_us"), "80000");
      Result result = refused("--memory=96m", "--cpu-shares=512", "--cpus=0.5");
      assertThat(result.err())
          .isEqualTo(
              "jrun: --cpus or --cpu-quota cannot be enforced: the kernel does not take '50000' for"
                  + " cpu.cfs_quota_us (Invalid argument)\n");
    } finally {
      Files.delete(child);
    }
    assertThat(memory()).isEqualTo(String.valueOf(64 * MIB));
    assertThat(swap()).isEqualTo(swapOf(128 * MIB, 64 * MIB));
    assertThat(file("cpu.shares", "")).isEqualTo("1024");
    assertThat(output(Caller.ROOT, "inspect", "web")).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--memory=200m | --memory-swap '128m': is too small; 200 MiB is the least",
        "--memory=1m | --memory '1m': is too small; 6 MiB is the least",
        "--memory-reservation=100m | --memory-reservation '100m': is above --memory; it can be that at most",
        "--cpuset-cpus=4000 | --cpuset-cpus '4000': there is no more than ",
        "--cpu-shares=1 | --cpu-shares '1': must be a whole number from 2 to 262144",
        "--device-read-bps=/dev/null:1m | --device-read-bps '/dev/null': is no block device;",
      })
  void combinationIsCheckedAsAtTheStart(String option, String sentence) throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "--memory=64m", "--memory-swap=128m");
    assertThat(refused(option).err()).startsWith("jrun: " + sentence);
    assertThat(memory()).isEqualTo(String.valueOf(64 * MIB));
  }

  @Test
  void containerThatCannotBeChangedIsOneSentence() throws Exception {
    assertThat(refused("--memory=64m").err()).startsWith("jrun: container 'web': there is none");
    start(Caller.ROOT, "web", "exit 0");
    LivingContainers.await("it has ended", () -> output(Caller.ROOT, "ps", "-q").isEmpty());
    assertThat(refused("--memory=64m").err())
        .isEqualTo("jrun: container 'web': does not run, it is exited\n");
    assertThat(refused().err())
        .isEqualTo("jrun: no limit is given that could be changed; see 'jrun update --help'\n");
    assertThat(refused("--cgroup-parent=/a").err())
        .startsWith("jrun: unknown option '--cgroup-parent=/a'");
  }

  /** Where a process was killed under one limit and the container ended under another. */
  @ParameterizedTest
  @AlsoOnCgroupV2
  @CsvSource(
      delimiter = '|',
      value = {
        "--memory=32m --memory-swap=32m | 1; its limit at the end: 32 MiB",
        "--memory=192m --memory-swap=192m | 1; its limit at the end: 192 MiB",
        "--memory-swap=-1 --memory=-1 | 1",
      })
  void theMessageOfKillsForMemoryHasTheLimitThatIsInForce(String options, String end)
      throws Exception {
    String takes = "dd if=/dev/zero of=/dev/null bs=%dM count=1 2>/dev/null";
    String awaits = "until [ -e /tmp/%s ]; do sleep 0.05; done";
    boolean isLowered = options.contains("=32m");
    start(
        Caller.ROOT,
        "web",
        String.join(
            "; ",
            isLowered ? ":" : takes.formatted(400) + "; >/tmp/killed",
            awaits.formatted("go"),
            isLowered ? takes.formatted(40) : ":",
            "exit 5"),
        "--memory=64m",
        "--memory-swap=64m");
    if (!isLowered) {
      output(Caller.ROOT, "exec", "web", "sh", "-c", awaits.formatted("killed"));
    }
    update(options.split(" "));
    output(Caller.ROOT, "exec", "web", "touch", "/tmp/go");
    assertThat(output(Caller.ROOT, "wait", "web")).isEqualTo("5\n");
    assertThat(jrun(Caller.ROOT, "logs", "web").err())
        .isEqualTo(
            "jrun: the container reached its memory limit; processes that the kernel has killed for"
                + " it: "
                + end
                + "\n");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ROOT")
  void withoutACgroupTheReasonIsSaid(Caller caller) throws Exception {
    start(caller, "web", "sleep 1000");
    Result result = jrun(caller, "update", "--memory=64m", "web");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .startsWith("jrun: container 'web': cannot be limited: it has no cgroup of its own; ")
        .hasLineCount(1);
  }

  @Test
  void changesAtTheSameTimeAreAllKept() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000");
    Images.check(
        work,
        Stream.of("--memory=64m", "--cpus=0.5", "--pids-limit=9", "--cpu-shares=99")
                .map(
                    option -> {
                      try {
                        return containers.words(Caller.ROOT, "update", option, "web");
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    })
                .reduce("", (all, one) -> all + one + " & ")
            + "wait");
    assertThat(output(Caller.ROOT, "inspect", "web"))
        .contains(
            "\"memory\" : \"64m\"",
            "\"cpus\" : \"0.5\"",
            "\"pids-limit\" : \"9\"",
            "\"cpu-shares\" : \"99\"");
  }
}
