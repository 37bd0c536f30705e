package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Accounts;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.process.SeenProcess;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.ProcessIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The processes of a container that runs, looked at from outside.
 *
 * @param all by their numbers to us
 * @param depth how many pid namespaces the container's is below ours; 0: it shares ours
 * @param mappings who its users are to us
 * @param inside the container's own names of them
 * @param outside ours
 * @param uptime seconds since the machine's start
 */
public record ContainerProcesses(
    ImmutableList<SeenProcess> all,
    int depth,
    IdMappings mappings,
    Accounts inside,
    Accounts outside,
    double uptime) {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Path PROC = Path.of("/proc");

  /** A process may make its command line as long as its memory. */
  private static final int MAX_COMMAND = 1 << 16;

  /**
   * Looks at them.
   *
   * @param first the container's first process
   * @throws IOException if it cannot be looked at, which may have ended meanwhile
   */
  public static ContainerProcesses read(ContainerRecord record, ProcessIdentity first)
      throws IOException {
    Path process = PROC.resolve(Long.toString(first.pid()));
    Map<Long, SeenProcess> seen = everything();
    SeenProcess itself = seen.get(first.pid());
    if (itself == null) {
      throw new IOException("the container has ended meanwhile");
    }
    Set<Long> own = new HashSet<>(inCgroup(record));
    Path files = Files.readSymbolicLink(process.resolve("ns/mnt"));
    for (long pid : seen.keySet()) {
      if (isIn(files, pid)) {
        own.add(pid);
      }
    }
    addDescendants(own, seen);
    return new ContainerProcesses(
        seen.values().stream()
            .filter(one -> own.contains(one.pid()))
            .collect(ImmutableList.toImmutableList()),
        itself.pids().size() - 1,
        HostReader.mappingsOf(process),
        AccountReader.read(process.resolve("root")),
        Accounts.parse(text(Path.of("/etc/passwd")), text(Path.of("/etc/group"))),
        Double.parseDouble(Splitter.on(' ').splitToList(text(PROC.resolve("uptime"))).get(0)));
  }

  private static Map<Long, SeenProcess> everything() throws IOException {
    Map<Long, SeenProcess> seen = new TreeMap<>();
    try (DirectoryStream<Path> numbered = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : numbered) {
        look(process).ifPresent(one -> seen.put(one.pid(), one));
      }
    }
    return seen;
  }

  private static Optional<SeenProcess> look(Path process) throws IOException {
    try (InputStream command = Files.newInputStream(process.resolve("cmdline"))) {
      return Optional.of(
          SeenProcess.parse(
              text(process.resolve("stat")),
              text(process.resolve("status")),
              new String(command.readNBytes(MAX_COMMAND), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      if (!Files.exists(process) || hasEnded(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** ESRCH, in English: the start script has set LC_ALL. */
  private static boolean hasEnded(IOException e) {
    return String.valueOf(e.getMessage()).contains("No such process");
  }

  /** Names of programs need not be UTF-8. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** Every container has a mount namespace of its own, whatever else it shares. */
  private static boolean isIn(Path namespace, long pid) {
    try {
      return Files.readSymbolicLink(PROC.resolve(pid + "/ns/mnt")).equals(namespace);
    } catch (IOException e) {
      return false; // it has ended, or is somebody's whose container is not ours
    }
  }

  /** In a namespace of mounts below the container's, its parent is a process of the container. */
  private static void addDescendants(Set<Long> own, Map<Long, SeenProcess> seen) {
    boolean isMore = true;
    while (isMore) {
      isMore = false;
      for (SeenProcess process : seen.values()) {
        isMore |= own.contains(process.parent()) && own.add(process.pid());
      }
    }
  }

  /** A cgroup may go at any moment, and its processes with it. */
  private static void addOf(Path cgroup, Set<Long> pids) throws IOException {
    List<Path> below = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
      LINES
          .splitToStream(text(cgroup.resolve("cgroup.procs")))
          .map(Long::valueOf)
          .forEach(pids::add);
      entries.forEach(below::add);
    } catch (NoSuchFileException e) {
      return; // gone
    }
    for (Path one : below) {
      addOf(one, pids);
    }
  }

  /** Those of its cgroup find whoever has left both the namespace and his parent. */
  private static Set<Long> inCgroup(ContainerRecord record) throws IOException {
    Set<Long> pids = new HashSet<>();
    for (String directory : record.cgroups().stream().limit(1).toList()) {
      if (!Files.isDirectory(Path.of(directory))) {
        continue;
      }
      addOf(Path.of(directory), pids);
    }
    return pids;
  }
}
