package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cli.CommandLineRun;
import io.jrootfs.runner.cli.CommandLineRun.Result;
import io.jrootfs.runner.machine.OnlyOnCgroupV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A container that works and has 24 MiB in memory, with its limits changed, paused and looked at,
 * against the files that a hierarchy of version 2 has of it. A JVM takes long to start on an
 * emulated machine, so there is one container, and commands that need no launcher run in this one.
 */
@OnlyOnCgroupV2
class LiveCgroupV2Test extends LiveTest {
  private static final long FILLED = 24 << 20;

  /** A fifth of a processor leaves some of it to the test. */
  private static final ImmutableList<String> LIMITS =
      ImmutableList.of("--memory=64m", "--cpus=0.2", "--pids-limit=20");

  private static CommandLineRun commandLines;
  private static Path cgroup;

  @BeforeAll
  static void startWeb() throws Exception {
    commandLines = CommandLineRun.in(Files.createDirectory(work.resolve("command-lines")));
    launch(
        ImmutableList.<String>builder()
            .add("-d", "--name=web")
            .addAll(LIMITS)
            .add(image.toString(), "sh", "-c")
            .add("dd if=/dev/zero of=/dev/shm/file bs=1M count=24; while :; do :; done")
            .build());
    Matcher pid = Pattern.compile("\"pid\" : ([0-9]+)").matcher(output("inspect", "web"));
    assertThat(pid.find()).isTrue();
    String own = Files.readString(Path.of("/proc", pid.group(1), "cgroup"));
    assertThat(own).matches("0::(/.*)?/jrun-[0-9a-f]{12}\n");
    cgroup = Path.of("/sys/fs/cgroup" + own.strip().substring("0::".length()));
    LivingContainers.await("it is full", () -> key("memory.stat", "shmem") >= FILLED);
  }

  /** What kills a paused container is the end of these tests. */
  @AfterAll
  static void pausedContainerIsRemovedWithItsCgroup() throws Exception {
    output("pause", "web");
    launch(ImmutableList.of("rm", "-f", "web"));
    assertThat(cgroup).doesNotExist();
    assertThat(output("ps", "-aq")).isEmpty();
  }

  /** By the launcher, as everybody calls it. */
  private static void launch(ImmutableList<String> arguments) throws Exception {
    Installation.check(
        Caller.ROOT.execute(
            work,
            ImmutableList.<String>builder()
                .add("env", "JRUN_STATE_DIR=" + commandLines.state())
                .add(installation.jrun().toString())
                .addAll(arguments)
                .build()));
  }

  /** What Java says; names of containers are the launcher's to print. */
  private static String output(String... arguments) {
    Result result = commandLines.jrun(arguments);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  private static String file(String name) throws IOException {
    return Files.readString(cgroup.resolve(name)).strip();
  }

  /** The number behind a word, in a file of such lines; of several disks the sum. */
  private static long key(String file, String key) throws IOException {
    return Pattern.compile("(?m)(?:^|[ ])" + key + "[ =]([0-9]+)")
        .matcher(file(file))
        .results()
        .mapToLong(number -> Long.parseLong(number.group(1)))
        .sum();
  }

  private static String diskNumber() throws IOException {
    return Files.readString(Path.of("/sys/class/block/vda/dev")).strip();
  }

  /** One after the other, of one container: what is not given stays as it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--memory=-1 | memory.max: max; memory.swap.max: max",
        "--memory=256m | memory.max: 268435456; memory.swap.max: 268435456",
        "--memory=96m | memory.max: 100663296; memory.swap.max: 100663296",
        "--memory=512m --memory-swap=600m | memory.max: 536870912; memory.swap.max: 92274688",
        "--memory-swap=-1 | memory.max: 536870912; memory.swap.max: max",
        "--memory=-1 | memory.max: max; memory.swap.max: max",
        "--memory=64m | memory.max: 67108864; memory.swap.max: 67108864",
        "--memory-reservation=8m | memory.low: 8388608",
        "--memory-reservation=-1 | memory.low: 0",
        "--cpus=0.5 | cpu.max: 50000 100000",
        "--cpu-period=50000 | cpu.max: 50000 50000",
        "--cpu-quota=2000 --cpu-period=10000 | cpu.max: 2000 10000",
        "--cpus=0.3 | cpu.max: 30000 100000",
        "--cpus=-1 | cpu.max: max 100000",
        "--cpus=0.2 | cpu.max: 20000 100000",
        "--cpu-shares=512 | cpu.weight: 59",
        "--cpuset-cpus=0 | cpuset.cpus: 0; cpuset.cpus.effective: 0",
        "--cpuset-cpus=0-1 --cpuset-mems=0 | cpuset.cpus: 0-1; cpuset.mems: 0",
        "--pids-limit=-1 | pids.max: max",
        "--pids-limit=33 | pids.max: 33",
        "--blkio-weight=500 | io.weight: default 4950",
        "--device-read-bps=/dev/vda:1m --device-write-iops=/dev/vda:100"
            + " | io.max: DISK rbps=1048576 wbps=max riops=max wiops=100",
        "--device-read-bps=/dev/vda:2m --device-write-bps=/dev/vda:3m --device-read-iops=/dev/vda:7"
            + " | io.max: DISK rbps=2097152 wbps=3145728 riops=7 wiops=100",
      })
  void limitIsChangedWhileItRuns(String options, String files) throws Exception {
    assertThat(
            output(
                Splitter.on(' ')
                    .splitToStream("update " + options + " web")
                    .toArray(String[]::new)))
        .isEmpty();
    for (String expected : Splitter.on("; ").split(files)) {
      String name = expected.substring(0, expected.indexOf(": "));
      assertThat(name + ": " + file(name)).isEqualTo(expected.replace("DISK", diskNumber()));
    }
  }

  /** Version 2 would kill it, where version 1 says no (cgroup-v2.rst, "memory.max"). */
  @Test
  void lessMemoryThanItHasFilledIsRefused() throws Exception {
    String before = file("memory.max") + " " + file("memory.swap.max") + " " + file("pids.max");
    Result result =
        commandLines.jrun("update", "--pids-limit=7", "--memory=16m", "--memory-swap=16m", "web");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: --memory").contains("the container uses more");
    assertThat(file("memory.max") + " " + file("memory.swap.max") + " " + file("pids.max"))
        .isEqualTo(before);
    assertThat(key("memory.events", "oom_kill")).isZero();
  }

  /** No quota is below what may be saved up of it, which the kernel has a file for. */
  @Test
  void whatWasWrittenBeforeTheKernelRefusedIsPutBack() throws Exception {
    output("update", "--memory=64m", "--memory-swap=128m", "--cpus=0.2", "web");
    String record = output("inspect", "web");
    Path burst = cgroup.resolve("cpu.max.burst");
    Files.writeString(burst, "15000", StandardOpenOption.WRITE);
    Result result = commandLines.jrun("update", "--memory=96m", "--cpus=0.1", "web");
    Files.writeString(burst, "0", StandardOpenOption.WRITE);
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --cpus or --cpu-quota cannot be enforced: the kernel does not take '10000"
                    + " 100000' for cpu.max (Invalid argument)\n"));
    assertThat(file("memory.max")).isEqualTo("67108864");
    assertThat(file("memory.swap.max")).isEqualTo("67108864");
    assertThat(file("cpu.max")).isEqualTo("20000 100000");
    assertThat(output("inspect", "web")).isEqualTo(record);
  }

  @Test
  void pausedContainerStandsStillUntilItIsContinued() throws Exception {
    assertThat(output("pause", "web")).isEmpty();
    assertThat(file("cgroup.freeze")).isEqualTo("1");
    assertThat(key("cgroup.events", "frozen")).isOne();
    long used = key("cpu.stat", "usage_usec");
    assertThat(output("ps")).containsPattern(" \\(Paused\\) +web\n");
    assertThat(key("cpu.stat", "usage_usec")).isEqualTo(used);
    assertThat(commandLines.jrun("pause", "web").err())
        .isEqualTo("jrun: container 'web': is paused already\n");
    assertThat(output("unpause", "web")).isEmpty();
    assertThat(file("cgroup.freeze")).isEqualTo("0");
    LivingContainers.await("it works again", () -> key("cpu.stat", "usage_usec") > used + 10_000);
    assertThat(commandLines.jrun("unpause", "web").err())
        .isEqualTo("jrun: container 'web': is not paused\n");
  }

  /** While it stands still the numbers do, too, but for memory, which the kernel counts in lots. */
  @Test
  void statsAreWhatTheKernelsFilesSay() throws Exception {
    output("update", "--memory=64m", "--cpus=0.2", "--pids-limit=20", "web");
    output("pause", "web");
    long before = Long.parseLong(file("memory.current"));
    String json = output("stats", "--no-stream", "--interval=0.1", "--json", "web");
    long after = Long.parseLong(file("memory.current"));
    assertThat(json)
        .contains(
            "\"status\":\"paused\",\"cpuPercent\":0.0,\"cpuTime\":%d,\"cpuLimit\":200000000,"
                .formatted(key("cpu.stat", "usage_usec") * 1000))
        .contains(
            "\"memoryLimit\":67108864,\"pids\":%s,\"pidsLimit\":20,\"blockRead\":%d,\"blockWritten\":%d,"
                .formatted(
                    file("pids.current"), key("io.stat", "rbytes"), key("io.stat", "wbytes")));
    assertThat(number(json, "memory"))
        .isBetween((double) Math.min(before, after), (double) Math.max(before, after))
        .isGreaterThanOrEqualTo((double) FILLED);
    output("unpause", "web");
    json = output("stats", "--no-stream", "--interval=1", "--json", "web");
    assertThat(json).contains("\"status\":\"running\",");
    // A fifth of one, and as much more as the machine is late between the clock and the files.
    assertThat(number(json, "cpuPercent")).isGreaterThan(0).isLessThan(100);
  }

  private static double number(String json, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":([0-9.E]+)[,}]").matcher(json);
    assertThat(matcher.find()).as(field + " of " + json).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void recordTellsTheLimitsThatAreInForce() throws Exception {
    output("update", "--memory=80m", "--memory-swap=90m", "--cpus=0.2", "web");
    output("update", "--cpu-quota=21000", "web");
    assertThat(output("inspect", "web"))
        .contains("\"memory\" : \"80m\"", "\"memory-swap\" : \"90m\"", "\"cpu-quota\" : \"21000\"")
        .doesNotContain("\"cpus\"");
    assertThat(file("cpu.max")).isEqualTo("21000 100000");
  }
}
