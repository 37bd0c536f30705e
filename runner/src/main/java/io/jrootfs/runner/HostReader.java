package io.jrootfs.runner;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.cgroup.CgroupMounts;
import io.jrootfs.runner.cgroup.HostCgroupFiles;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.spec.Host;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at the system that a container is planned for. */
public final class HostReader {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter COLUMNS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

  /** Where {@code src/main/sh/compile-plan} keeps the LC_ALL that it must change. */
  private static final String CALLERS_LC_ALL = "JRUN_LC_ALL";

  private HostReader() {}

  /**
   * The host as the launcher and the kernel describe it.
   *
   * @param facts from the launcher
   * @param environment the caller's
   * @throws IOException if the kernel's files cannot be read
   */
  public static Host read(LauncherFacts facts, ImmutableMap<String, String> environment)
      throws IOException {
    IdMappings mappings =
        new IdMappings(
            mappings(Path.of("/proc/self/uid_map")), mappings(Path.of("/proc/self/gid_map")));
    return new Host(
        Platform.ofThisMachine(),
        // A namespace that somebody else made has the same limits, even if its root called us.
        !mappings.equals(IdMappings.IDENTITY),
        mappings,
        facts.terminals().contains(0) && facts.terminals().contains(1),
        callersOwn(environment),
        existing("/etc/hosts", "/etc/resolv.conf"),
        cgroups(facts.pid()),
        thermalThrottle());
  }

  /** The environment as the caller had it: what was set on the way to us is undone. */
  static ImmutableMap<String, String> callersOwn(ImmutableMap<String, String> environment) {
    Map<String, String> own = new LinkedHashMap<>(environment);
    own.remove(LauncherFacts.VARIABLE);
    own.remove("LC_ALL");
    String locale = own.remove(CALLERS_LC_ALL);
    if (locale != null) {
      own.put("LC_ALL", locale);
    }
    return ImmutableMap.copyOf(own);
  }

  /** user_namespaces(7): id inside, id outside, length; in columns. */
  static ImmutableList<IdMapping> mappings(Path map) throws IOException {
    ImmutableList.Builder<IdMapping> mappings = ImmutableList.builder();
    for (String line : LINES.split(Files.readString(map))) {
      List<String> columns = COLUMNS.splitToList(line);
      try {
        mappings.add(
            new IdMapping(
                Long.parseLong(columns.get(0)),
                Long.parseLong(columns.get(1)),
                Long.parseLong(columns.get(2))));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        FileSystemException failure =
            new FileSystemException(map.toString(), null, "cannot be understood: '" + line + "'");
        failure.initCause(e);
        throw failure;
      }
    }
    return mappings.build();
  }

  /** Named after the launcher's pid and start time (proc(5), stat), which no other process has. */
  private static CgroupHost cgroups(long launcher) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + launcher + "/stat"));
    // Field 22, of which the second, in parentheses, may hold anything.
    String startTime = COLUMNS.splitToList(stat.substring(stat.lastIndexOf(')') + 1)).get(19);
    return new CgroupHost(
        CgroupMounts.parse(
            Files.readString(Path.of("/proc/self/mountinfo")),
            Files.readString(Path.of("/proc/self/cgroup"))),
        new HostCgroupFiles(),
        "jrun-" + launcher + "-" + startTime);
  }

  private static ImmutableSortedSet<String> existing(String... files) {
    ImmutableSortedSet.Builder<String> existing = ImmutableSortedSet.naturalOrder();
    for (String file : files) {
      if (Files.isRegularFile(Path.of(file))) {
        existing.add(file);
      }
    }
    return existing.build();
  }

  private static ImmutableList<String> thermalThrottle() throws IOException {
    Path processors = Path.of("/sys/devices/system/cpu");
    if (!Files.isDirectory(processors)) {
      return ImmutableList.of();
    }
    ImmutableSortedSet.Builder<String> found = ImmutableSortedSet.naturalOrder();
    try (DirectoryStream<Path> numbered = Files.newDirectoryStream(processors, "cpu[0-9]*")) {
      for (Path processor : numbered) {
        Path directory = processor.resolve("thermal_throttle");
        if (Files.isDirectory(directory)) {
          found.add(directory.toString());
        }
      }
    }
    return found.build().asList();
  }
}
