package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageConfig;

/** What runs: image configuration and command line put together as docker does. */
final class CommandRules {
  private CommandRules() {}

  /**
   * Program and arguments.
   *
   * @throws SpecException if neither image nor user names a program
   */
  static ImmutableList<String> args(ImageConfig config, Overrides overrides) throws SpecException {
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
    if (args.get(0).isEmpty()) {
      throw new SpecException("nothing to run", "the program's name is empty");
    }
    for (String arg : args) {
      SpecException.refuseNul("argument '" + printable(arg) + "'", arg);
    }
    return args;
  }

  static String printable(String text) {
    return text.replace("\0", "\\0");
  }
}
