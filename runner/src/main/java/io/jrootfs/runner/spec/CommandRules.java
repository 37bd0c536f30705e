package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.jrootfs.builder.image.ImageConfig;
import java.nio.charset.StandardCharsets;

/** What runs: image configuration and command line put together as docker does. */
final class CommandRules {
  /** limits.h: what no file's name or path exceeds. */
  private static final int NAME_MAX = 255;

  private static final int PATH_MAX = 4096;

  /** linux/binfmts.h: one string, with its NUL. */
  private static final int MAX_ARG_STRLEN = 128 << 10;

  /** Whatever RLIMIT_STACK says: three quarters of 8 MiB ({@code _STK_LIM}, fs/exec.c). */
  private static final int MAX_TOTAL = 6 << 20;

  private CommandRules() {}

  /**
   * Program and arguments.
   *
   * @throws SpecException if neither image nor user names a program
   */
  static ImmutableList<String> args(ImageConfig config, ProcessOverrides overrides)
      throws SpecException {
    ImmutableList<String> entrypoint =
        overrides
            .entrypoint()
            .map(text -> text.isEmpty() ? ImmutableList.<String>of() : ImmutableList.of(text))
            .orElse(config.entrypoint());
    // Cmd holds arguments for the image's own entrypoint: another one would misread them.
    ImmutableList<String> defaults =
        overrides.entrypoint().isPresent() ? ImmutableList.of() : config.cmd();
    ImmutableList<String> args =
        ImmutableList.<String>builder()
            .addAll(entrypoint)
            .addAll(overrides.command().isEmpty() ? defaults : overrides.command())
            .build();
    if (args.isEmpty()) {
      throw new SpecException(
          "nothing to run",
          "the image has neither Entrypoint nor Cmd; give a command after it, such as"
              + " 'jrun IMAGE -- /bin/sh'");
    }
    checkArgs(args);
    return args;
  }

  /**
   * Program and arguments, at least one.
   *
   * @throws SpecException if they are nothing that execve(2) takes
   */
  static void checkArgs(ImmutableList<String> args) throws SpecException {
    String program = args.get(0);
    if (program.isEmpty()) {
      throw new SpecException("nothing to run", "the program's name is empty");
    }
    int limit = program.indexOf('/') < 0 ? NAME_MAX : PATH_MAX;
    if (bytes(program) > limit) {
      throw new SpecException(
          "nothing to run", "the program's name has more than " + limit + " bytes");
    }
    for (String arg : args) {
      SpecException.refuseNul("argument '" + printable(arg) + "'", arg);
    }
  }

  /**
   * Where a process starts.
   *
   * @throws SpecException if that is no absolute path
   */
  static String workingDirectory(String directory) throws SpecException {
    String subject = "working directory '" + printable(directory) + "'";
    SpecException.refuseNul(subject, directory);
    if (!directory.startsWith("/")) {
      throw new SpecException(subject, "must be absolute, such as '/" + directory + "'");
    }
    return directory;
  }

  /**
   * The kernel takes a limited amount of text for a new program (execve(2), Limits on size of
   * arguments and environment), and what is more would only be refused later and with fewer words.
   *
   * @throws SpecException if arguments and environment are larger
   */
  static void checkSize(ImmutableList<String> args, ImmutableList<String> env)
      throws SpecException {
    long total = 0;
    for (String string : Iterables.concat(args, env)) {
      int size = bytes(string);
      total += size + 1;
      if (size >= MAX_ARG_STRLEN) {
        throw new SpecException(
            "'" + printable(string.substring(0, 40)) + "...'",
            "has " + size + " bytes; an argument or variable has less than " + MAX_ARG_STRLEN);
      }
    }
    if (total > MAX_TOTAL) {
      throw new SpecException(
          "arguments and environment",
          "have " + total + " bytes together; the kernel takes " + MAX_TOTAL + " at most");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static String printable(String text) {
    return text.replace("\0", "\\0");
  }
}
