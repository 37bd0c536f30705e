package io.jrootfs.runner.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel and the tools of the system make of an index, and of a directory. */
final class MountedIndex {
  private MountedIndex() {}

  /** Compiles the program that mounts. */
  static Path compile(Path directory) throws Exception {
    Path program = directory.resolve("with_index");
    run(
        ImmutableList.of(
            "cc",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-o",
            program.toString(),
            "src/test/c/with_index.c"));
    return program;
  }

  /** The tree in the mounted index. */
  static List<String> list(Path program, Path index, ImmutableList<Path> devices) throws Exception {
    return lines(run(program, index, devices, "python3", "-c", TreeListing.PROGRAM));
  }

  /** The output of a program whose last argument is where the index is mounted. */
  static String run(Path program, Path index, ImmutableList<Path> devices, String... words)
      throws Exception {
    Path directory = Files.createTempDirectory("mounted-");
    try {
      List<String> command = new ArrayList<>();
      command.add(program.toString());
      command.add(index.toString());
      command.add(directory.toString());
      devices.forEach(device -> command.add(device.toString()));
      command.add("--");
      command.addAll(List.of(words));
      command.add(directory.toString());
      return run(command);
    } finally {
      Files.delete(directory);
    }
  }

  private static List<String> lines(String output) {
    return Splitter.on('\n').splitToList(output);
  }

  /** The output of a program that must succeed. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("listing", "");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int status = process.waitFor();
      String text = Files.readString(output, StandardCharsets.ISO_8859_1);
      assertThat(status).as(text).isZero();
      return text;
    } finally {
      Files.delete(output);
    }
  }
}
