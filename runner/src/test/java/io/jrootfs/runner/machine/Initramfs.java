package io.jrootfs.runner.machine;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Debian's kernel for clouds and its first file tree: busybox, the modules that make the real root
 * visible, and the script that mounts it.
 */
record Initramfs(Path kernel, Path archive) {
  private static final Pattern KERNEL = Pattern.compile("vmlinuz-(.*-cloud-amd64)");

  /** Loaded by {@code init}, which names the same four. */
  private static final ImmutableList<String> MODULES =
      ImmutableList.of("virtio_pci", "virtio_blk", "virtiofs", "overlay");

  /** For the newest kernel in a directory, with {@code init} from {@code scripts}. */
  static Initramfs of(Path boot, Path scripts, Path work) throws IOException, InterruptedException {
    Path kernel = newest(boot);
    Path root = Files.createDirectory(work.resolve("initramfs"));
    for (String name : List.of("bin", "dev", "proc", "host", "written", "new")) {
      Files.createDirectory(root.resolve(name));
    }
    copyProgram(Path.of("/usr/bin/busybox"), root.resolve("bin/busybox"));
    copyProgram(scripts.resolve("init"), root.resolve("init"));
    copyModules(Path.of("/lib/modules", version(kernel)), root);
    Path archive = work.resolve("initramfs.cpio");
    VirtualMachine.check(
        "bsdtar", "--format=newc", "-cf", archive.toString(), "-C", root.toString(), ".");
    return new Initramfs(kernel, archive);
  }

  private static Path newest(Path boot) throws IOException {
    try (Stream<Path> files = Files.list(boot)) {
      return files
          .filter(file -> KERNEL.matcher(file.getFileName().toString()).matches())
          .max(Comparator.comparing(Initramfs::numbers))
          .orElseThrow(
              () ->
                  VirtualMachine.missing(
                      boot.resolve("vmlinuz-*-cloud-amd64"), "linux-image-cloud-amd64"));
    }
  }

  /** The numbers in a version, in a form whose order is theirs. */
  private static String numbers(Path kernel) {
    return Pattern.compile("\\d+")
        .matcher(version(kernel))
        .results()
        .map(number -> "%8s".formatted(number.group()))
        .collect(Collectors.joining());
  }

  private static String version(Path kernel) {
    Matcher matcher = KERNEL.matcher(kernel.getFileName().toString());
    if (!matcher.matches()) {
      throw new AssertionError(kernel);
    }
    return matcher.group(1);
  }

  private static void copyProgram(Path from, Path to) throws IOException {
    Files.copy(from, to);
    if (!to.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + to + " executable");
    }
  }

  private static void copyModules(Path modules, Path root) throws IOException {
    Path copies = root.resolve(modules.toString().substring(1));
    for (String file : withDependencies(modules)) {
      Path copy = copies.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(modules.resolve(file), copy);
    }
    Files.copy(modules.resolve("modules.dep"), copies.resolve("modules.dep"));
  }

  /** Files of the modules and of all that they need, by depmod's lines {@code file: needed...}. */
  private static ImmutableSortedSet<String> withDependencies(Path modules) throws IOException {
    TreeSet<String> files = new TreeSet<>();
    for (String line : Files.readAllLines(modules.resolve("modules.dep"))) {
      int colon = line.indexOf(':');
      String file = line.substring(0, colon);
      if (MODULES.stream().anyMatch(module -> file.contains("/" + module + ".ko"))) {
        files.add(file);
        files.addAll(Splitter.on(' ').omitEmptyStrings().splitToList(line.substring(colon + 1)));
      }
    }
    return ImmutableSortedSet.copyOf(files);
  }
}
