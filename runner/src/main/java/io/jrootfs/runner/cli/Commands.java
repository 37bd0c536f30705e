package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All commands by their words. */
final class Commands {
  private static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "ps", "attach", "exec", "logs", "inspect", "stats", "top", "update", "stop", "kill",
          "wait", "rm", "pause", "unpause", "cache");

  private Commands() {}

  static ImmutableList<String> names() {
    return NAMES;
  }

  /** Made when it is asked for: a start has use for one of them. */
  private static @Nullable Command named(String name) {
    return switch (name) {
      case "ps" -> new PsCommand();
      case "attach" -> new AttachCommand();
      case "exec" -> new ExecCommand();
      case "logs" -> new LogsCommand();
      case "inspect" -> new InspectCommand();
      case "stats" -> new StatsCommand();
      case "top" -> new TopCommand();
      case "update" -> new UpdateCommand();
      case "stop" -> new StopCommand();
      case "kill" -> new KillCommand();
      case "wait" -> new WaitCommand();
      case "rm" -> new RmCommand();
      case "pause" -> new PauseCommand(true);
      case "unpause" -> new PauseCommand(false);
      case "cache" -> new CacheCommand();
      default -> null;
    };
  }

  /** The one without a name, which runs an image, and then the others. */
  static ImmutableList<Command> all() {
    ImmutableList.Builder<Command> all = ImmutableList.builder();
    all.add(new RunCommand());
    for (String name : NAMES) {
      all.add(Objects.requireNonNull(named(name)));
    }
    return all.build();
  }

  static ImmutableList<String> aboutContainers() {
    return NAMES.stream()
        .filter(name -> Objects.requireNonNull(named(name)).isAboutContainers())
        .collect(ImmutableList.toImmutableList());
  }

  /** The one that the first word names; if it names none, it is an image or an option of run. */
  static Command first(ImmutableList<String> arguments) {
    Command named = arguments.isEmpty() ? null : named(arguments.get(0));
    return named == null ? new RunCommand() : named;
  }
}
