package io.jrootfs.runner;

import io.jrootfs.runner.cgroup.HostCgroupFiles;
import io.jrootfs.runner.cgroup.Usage;
import io.jrootfs.runner.network.Traffic;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a container has used of the machine up to one moment.
 *
 * @param container which one
 * @param time of that moment, in nanoseconds since any
 * @param usage what its cgroups say
 * @param traffic of its network; empty if that is the host's, or cannot be seen
 */
public record ContainerUsage(
    KnownContainer container, long time, Usage usage, Optional<Traffic> traffic) {
  private static final Pattern TOTAL = Pattern.compile("MemTotal: +([0-9]{1,15}) kB");

  /** Looks at a container, which may end meanwhile. */
  public static ContainerUsage read(KnownContainer container) {
    if (container.status() instanceof ContainerStatus.Running running) {
      return new ContainerUsage(
          container,
          System.nanoTime(),
          Usage.read(container.record().cgroups(), new HostCgroupFiles()),
          traffic(Path.of("/proc", Long.toString(running.first().pid()))));
    }
    return new ContainerUsage(container, System.nanoTime(), Usage.UNKNOWN, Optional.empty());
  }

  private static Optional<Traffic> traffic(Path process) {
    try {
      Path network = Path.of("ns/net");
      return Files.readSymbolicLink(process.resolve(network))
              .equals(Files.readSymbolicLink(Path.of("/proc/self").resolve(network)))
          ? Optional.empty()
          : Optional.of(Traffic.parse(Files.readString(process.resolve("net/dev"))));
    } catch (IOException e) {
      return Optional.empty(); // it has ended, or is not ours to look at
    }
  }

  /** The part of one processor, in percent, that it has had since an earlier look. */
  public OptionalDouble cpuPercent(ContainerUsage earlier) {
    if (usage.cpuTime().isEmpty() || earlier.usage.cpuTime().isEmpty() || time <= earlier.time) {
      return OptionalDouble.empty();
    }
    long used = usage.cpuTime().getAsLong() - earlier.usage.cpuTime().getAsLong();
    return OptionalDouble.of(100.0 * used / (time - earlier.time));
  }

  /**
   * How much memory the machine has, which limits who has no other limit.
   *
   * @throws IOException if {@code /proc/meminfo} does not say it
   */
  public static long machineMemory() throws IOException {
    Matcher total = TOTAL.matcher(Files.readString(Path.of("/proc/meminfo")));
    if (!total.find()) {
      throw new IOException("/proc/meminfo does not say how much memory there is");
    }
    return Long.parseLong(total.group(1)) * 1024;
  }
}
