package io.jrootfs.runner.leak;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.jrootfs.runner.Installation;
import io.jrootfs.runner.Installation.Result;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What of containers and of tests is there at one moment, each in a few words.
 *
 * @param names sorted by kind: the words begin with it
 */
record Leftovers(ImmutableSortedSet<String> names) {
  private static final Splitter FIELDS = Splitter.on(' ');

  /** Where jrun keeps records unless it is told otherwise; no test should let it. */
  private static final ImmutableList<Path> DEFAULT_PLACES =
      ImmutableList.of(Path.of("/run/jrun"), Path.of("/var/cache/jrun"));

  /** A directory for the tests, a home, the records, one of them and a file of its. */
  private static final int DEPTH_OF_RECORDS = 5;

  static Leftovers present() throws IOException, InterruptedException {
    ImmutableSortedSet.Builder<String> all = ImmutableSortedSet.naturalOrder();
    return new Leftovers(
        all.addAll(mounts())
            .addAll(Processes.present())
            .addAll(cgroups())
            .addAll(links())
            .addAll(tables())
            .addAll(records())
            .addAll(OpenFiles.present())
            .build());
  }

  /** What is there and was not before. */
  ImmutableSortedSet<String> since(Leftovers before) {
    return ImmutableSortedSet.copyOf(Sets.difference(names, before.names));
  }

  private static ImmutableList<String> mounts() throws IOException {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(OwnDirectories.prefix())
          || DEFAULT_PLACES.stream().anyMatch(place -> line.contains(" " + place + "/"))) {
        found.add("mount " + mountPoint(line));
      }
    }
    return found.build();
  }

  /** The fifth field of a line of mountinfo (proc(5)). */
  static String mountPoint(String line) {
    return FIELDS.splitToList(line).get(4);
  }

  /**
   * Those with a name of jrun's in which nothing runs, or a process of ours. One in which others'
   * processes run is a container of theirs.
   */
  private static ImmutableSortedSet<String> cgroups() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(" - cgroup")) {
        Files.walkFileTree(Path.of(mountPoint(line)), new CgroupVisitor(found));
      }
    }
    return ImmutableSortedSet.copyOf(found);
  }

  private static final class CgroupVisitor extends SimpleFileVisitor<Path> {
    private final Set<String> found;

    CgroupVisitor(Set<String> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      if (!directory.getFileName().toString().startsWith("jrun-")) {
        return FileVisitResult.CONTINUE;
      }
      try {
        ImmutableList<String> processes =
            ImmutableList.copyOf(Files.readAllLines(directory.resolve("cgroup.procs")));
        if (processes.stream().allMatch(pid -> Processes.isOurs(Path.of("/proc", pid)))) {
          found.add("cgroup " + directory);
        }
      } catch (IOException e) {
        // Removed meanwhile: then it is not left.
      }
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  /** Of the network namespace that the tests are in. */
  private static ImmutableList<String> links() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/net/dev")).stream()
        .skip(2) // its heading
        .map(line -> "network interface " + line.substring(0, line.indexOf(':')).strip())
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<String> tables() throws IOException, InterruptedException {
    if (!Files.exists(Path.of("/proc/self/net/netfilter/nf_log"))) {
      return ImmutableList.of(); // This kernel has no netfilter, so no tables.
    }
    Result result =
        Installation.execute(
            Path.of("/"), ImmutableMap.of(), ImmutableList.of("nft", "list", "tables"));
    return Installation.check(result)
        .out()
        .lines()
        .filter(line -> line.contains(" jrun"))
        .map(line -> "nft " + line)
        .collect(ImmutableList.toImmutableList());
  }

  /** Records of containers, and places on a bridge, below all that is ours. */
  private static ImmutableSortedSet<String> records() throws IOException {
    TreeSet<String> found = new TreeSet<>();
    Stream.Builder<Path> places = Stream.builder();
    DEFAULT_PLACES.forEach(places);
    try (DirectoryStream<Path> own =
        Files.newDirectoryStream(
            OwnDirectories.parent(),
            Path.of(OwnDirectories.prefix()).getFileName().toString() + "*")) {
      own.forEach(places);
    }
    for (Path place : places.build().toList()) {
      Files.walkFileTree(
          place, EnumSet.noneOf(FileVisitOption.class), DEPTH_OF_RECORDS, new RecordVisitor(found));
    }
    return ImmutableSortedSet.copyOf(found);
  }

  private static final class RecordVisitor extends SimpleFileVisitor<Path> {
    private final Set<String> found;

    RecordVisitor(Set<String> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      Path parent = directory.getParent();
      boolean isLease = parent != null && parent.getParent().endsWith(".network");
      if (isLease) {
        found.add("place on a bridge " + directory);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.endsWith("container.json")) {
        found.add("record of a container " + file.getParent());
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // Removed meanwhile: then it is not left.
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }
}
