package io.jrootfs.runner.leak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processes that tests of this JVM have begun: launchers and tools name one of its directories
 * in their words or their environment, and containers have mounts of files in them.
 */
final class Processes {
  private static final Path PROC = Path.of("/proc");

  private Processes() {}

  static ImmutableList<String> present() throws IOException {
    ImmutableList.Builder<String> found = ImmutableList.builder();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : all) {
        if (isOurs(process)) {
          found.add("process " + process.getFileName() + " (" + words(process) + ")");
        }
      }
    }
    return found.build();
  }

  /** Whether a process, by its directory in /proc, was begun by a test; this JVM itself was not. */
  static boolean isOurs(Path process) {
    String prefix = OwnDirectories.prefix();
    return !process.endsWith(Long.toString(ProcessHandle.current().pid()))
        && (text(process, "cmdline").contains(prefix)
            || text(process, "environ").contains(prefix)
            || (hasOtherMounts(process) && text(process, "mountinfo").contains(prefix)));
  }

  private static boolean hasOtherMounts(Path process) {
    try {
      return !Files.readSymbolicLink(process.resolve("ns/mnt"))
          .equals(Files.readSymbolicLink(PROC.resolve("self/ns/mnt")));
    } catch (IOException e) {
      return false; // It has ended: then it is not left.
    }
  }

  private static String words(Path process) {
    String words = text(process, "cmdline").replace('\0', ' ').strip();
    return words.isEmpty() ? text(process, "comm").strip() : words;
  }

  /** Nothing of one that has ended meanwhile, or is a zombie, which holds nothing. */
  private static String text(Path process, String file) {
    try {
      return new String(Files.readAllBytes(process.resolve(file)), ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
