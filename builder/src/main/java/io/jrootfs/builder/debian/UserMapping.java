package io.jrootfs.builder.debian;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A user namespace of root in which everybody is who he is outside. It cannot map anybody but its
 * maker itself (user_namespaces(7)), so it waits until we have done it.
 */
final class UserMapping {
  /** What the words behind it are run by. */
  static final ImmutableList<String> COMMAND =
      ImmutableList.of(
          "unshare",
          "--user",
          "sh",
          "-c",
          "echo made; read -r mapped && exec \"$@\" </dev/null; exit 96",
          "sh");

  private UserMapping() {}

  /**
   * Maps everybody.
   *
   * @param process one that runs {@link #COMMAND}
   * @param output what it says; the first line is taken
   * @throws IOException if the kernel refuses
   */
  static void mapAll(Process process, BufferedReader output) throws IOException {
    if (!"made".equals(output.readLine())) {
      // The log says why, and the exit status that.
      return;
    }
    Path directory = Path.of("/proc", String.valueOf(process.pid()));
    for (String map : ImmutableList.of("uid_map", "gid_map")) {
      Files.writeString(directory.resolve(map), everybody(map));
    }
    try (OutputStream input = process.getOutputStream()) {
      input.write("mapped\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Those that there are here; in a container, not all. */
  private static String everybody(String map) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("/proc/self", map))) {
      List<String> fields = Splitter.on(' ').omitEmptyStrings().splitToList(line);
      String first = fields.get(0);
      lines.append(first).append(' ').append(first).append(' ').append(fields.get(2)).append('\n');
    }
    return lines.toString();
  }
}
