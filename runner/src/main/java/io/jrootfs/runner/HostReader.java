package io.jrootfs.runner;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.cgroup.CgroupFiles;
import io.jrootfs.runner.cgroup.CgroupHost;
import io.jrootfs.runner.cgroup.CgroupMounts;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.namespace.UserNamespaceMode;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import io.jrootfs.runner.seccomp.KernelVersion;
import io.jrootfs.runner.spec.Host;
import io.jrootfs.runner.spec.HostNamespaces;
import io.jrootfs.runner.state.ContainerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the system that a container is planned for. */
public final class HostReader {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter COLUMNS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

  /** Where {@code src/main/sh/compile-plan} keeps the LC_ALL that it must change. */
  private static final String CALLERS_LC_ALL = "JRUN_LC_ALL";

  private static final Pattern USER_NAMESPACE_OF_PROCESS =
      Pattern.compile("/proc/([0-9]+)/ns/user");

  private HostReader() {}

  /**
   * The host as the launcher and the kernel describe it.
   *
   * @param facts from the launcher
   * @param environment the caller's
   * @param user the user namespace that is wanted
   * @param cgroupFiles where the cgroup file systems are looked at
   * @param id of the container
   * @throws IOException if the kernel's files cannot be read
   */
  public static Host read(
      LauncherFacts facts,
      ImmutableMap<String, String> environment,
      UserNamespaceMode user,
      CgroupFiles cgroupFiles,
      String id)
      throws IOException {
    IdMappings mappings = ownMappings();
    return new Host(
        Platform.ofThisMachine(),
        kernel(System.getProperty("os.version", "")),
        // A namespace that somebody else made has the same limits, even if its root called us.
        !mappings.areInitial(),
        mappings,
        facts.terminals().contains(0) && facts.terminals().contains(1),
        callersOwn(environment),
        ImmutableSortedMap.copyOf(
            Maps.asMap(
                existing(Files::isRegularFile, "/etc/hosts", "/etc/resolv.conf"), file -> file)),
        new CgroupHost(cgroupMounts(), cgroupFiles, "jrun-" + ContainerId.shortened(id)),
        thermalThrottle(),
        new HostNamespaces(
            facts.uid(),
            facts.gid(),
            Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(),
            existing(Files::isDirectory, "/dev/shm", "/dev/mqueue"),
            user instanceof UserNamespaceMode.Joined joined
                ? joinedMappings(joined.path())
                : Optional.empty()),
        capabilities(Path.of("/proc/self/status")),
        limits(Path.of("/proc/self/limits")));
  }

  /**
   * Whether the caller is the system's root, not that of a user namespace, whoever has made it.
   *
   * @throws IOException if the kernel's files cannot be read
   */
  public static boolean isCalledByRoot(LauncherFacts facts) throws IOException {
    return facts.uid() == 0 && ownMappings().areInitial();
  }

  /**
   * The ids of the user namespace that we are in.
   *
   * @throws IOException if the kernel's files cannot be read
   */
  public static IdMappings ownMappings() throws IOException {
    return mappingsOf(Path.of("/proc/self"));
  }

  /**
   * The ids of a process' user namespace.
   *
   * @param process its directory in {@code /proc}
   */
  static IdMappings mappingsOf(Path process) throws IOException {
    return new IdMappings(
        mappings(process.resolve("uid_map")), mappings(process.resolve("gid_map")));
  }

  /**
   * The map of a process's user namespace. Read from within ours, the kernel gives the other side
   * in our ids (user_namespaces(7)).
   */
  private static Optional<IdMappings> joinedMappings(String path) throws IOException {
    Matcher process = USER_NAMESPACE_OF_PROCESS.matcher(path);
    if (!process.matches() || !Files.exists(Path.of("/proc", process.group(1), "uid_map"))) {
      return Optional.empty();
    }
    Path directory = Path.of("/proc", process.group(1));
    return Optional.of(mappingsOf(directory));
  }

  /** From uname(2)'s release, which is what the JDK has as the system's version. */
  private static KernelVersion kernel(String release) throws FileSystemException {
    return KernelVersion.ofRelease(release)
        .orElseThrow(
            () ->
                new FileSystemException(
                    "/proc/sys/kernel/osrelease", null, "cannot be understood: '" + release + "'"));
  }

  /** The environment as the caller had it: what was set on the way to us is undone. */
  static ImmutableMap<String, String> callersOwn(ImmutableMap<String, String> environment) {
    Map<String, String> own = new LinkedHashMap<>(environment);
    own.remove(LauncherFacts.VARIABLE);
    own.remove(FreePorts.VARIABLE);
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

  static CgroupMounts cgroupMounts() throws IOException {
    return CgroupMounts.parse(
        Files.readString(Path.of("/proc/self/mountinfo")),
        Files.readString(Path.of("/proc/self/cgroup")));
  }

  /**
   * The capabilities that we have and may hand on; the launcher, whose child we are, has the same.
   * proc(5): {@code CapPrm} and {@code CapBnd}, in hexadecimal.
   */
  static CapabilitySet capabilities(Path status) throws IOException {
    long mask = -1;
    for (String line : LINES.split(Files.readString(status))) {
      if (line.startsWith("CapPrm:") || line.startsWith("CapBnd:")) {
        mask &= Long.parseUnsignedLong(COLUMNS.splitToList(line).get(1), 16);
      }
    }
    return CapabilitySet.ofMask(mask);
  }

  /** proc(5): a table with columns of fixed width (fs/proc/base.c, {@code proc_pid_limits}). */
  static ImmutableMap<Resource, ResourceLimit> limits(Path table) throws IOException {
    String text = Files.readString(table);
    ImmutableMap.Builder<Resource, ResourceLimit> limits = ImmutableMap.builder();
    for (Resource resource : Resource.values()) {
      for (String line : LINES.split(text)) {
        if (line.startsWith(resource.label())) {
          List<String> values = COLUMNS.splitToList(line.substring(resource.label().length()));
          limits.put(
              resource, new ResourceLimit(resource, limit(values.get(0)), limit(values.get(1))));
        }
      }
    }
    return limits.buildOrThrow();
  }

  private static long limit(String text) {
    return text.equals("unlimited") ? ResourceLimit.UNLIMITED : Long.parseLong(text);
  }

  private static ImmutableSortedSet<String> existing(Predicate<Path> kind, String... files) {
    ImmutableSortedSet.Builder<String> existing = ImmutableSortedSet.naturalOrder();
    for (String file : files) {
      if (kind.test(Path.of(file))) {
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
