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
  /**
   * One line for each name, with everything that a program could ask about it, and which names are
   * one file. Sizes of directories are the file system's own.
   */
  private static final String LISTING =
      """
      import hashlib, os, stat, sys
      first = {}
      def show(path):
          s = os.lstat(path)
          fields = [path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, s.st_nlink]
          fields.append(first.setdefault(s.st_ino, path))
          fields += [(name, os.getxattr(path, name, follow_symlinks=False).hex())
                     for name in sorted(os.listxattr(path, follow_symlinks=False))]
          if stat.S_ISLNK(s.st_mode):
              fields += [s.st_size, os.readlink(path)]
          elif stat.S_ISREG(s.st_mode):
              digest = hashlib.sha256()
              with open(path, 'rb') as content:
                  while chunk := content.read(1 << 20):
                      digest.update(chunk)
              fields += [s.st_size, digest.hexdigest()]
          elif stat.S_ISDIR(s.st_mode):
              for name in sorted(os.listdir(path)):
                  show(path + b'/' + name)
          else:
              fields += [os.major(s.st_rdev), os.minor(s.st_rdev)]
          print(*map(repr, fields))
      sys.setrecursionlimit(5000)
      os.chdir(sys.argv[1])
      show(b'.')
      """;

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
    return lines(run(program, index, devices, "python3", "-c", LISTING));
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

  /** The tree in a directory. */
  static List<String> list(Path directory) throws Exception {
    return lines(run(List.of("python3", "-c", LISTING, directory.toString())));
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
