package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;

/** All commands by their words. */
final class Commands {
  private static final ImmutableMap<String, Command> NAMED =
      ImmutableMap.<String, Command>builder()
          .put("ps", new PsCommand())
          .put("attach", new AttachCommand())
          .put("exec", new ExecCommand())
          .put("logs", new LogsCommand())
          .put("inspect", new InspectCommand())
          .put("stats", new StatsCommand())
          .put("top", new TopCommand())
          .put("update", new UpdateCommand())
          .put("stop", new StopCommand())
          .put("kill", new KillCommand())
          .put("wait", new WaitCommand())
          .put("rm", new RmCommand())
          .put("pause", new PauseCommand(true))
          .put("unpause", new PauseCommand(false))
          .put("cache", new CacheCommand())
          .buildOrThrow();

  private Commands() {}

  static ImmutableList<String> names() {
    return NAMED.keySet().asList();
  }

  /** The one without a name, which runs an image, and then the others. */
  static ImmutableList<Command> all() {
    return ImmutableList.<Command>builder().add(new RunCommand()).addAll(NAMED.values()).build();
  }

  static ImmutableList<String> aboutContainers() {
    return NAMED.entrySet().stream()
        .filter(named -> named.getValue().isAboutContainers())
        .map(Map.Entry::getKey)
        .collect(ImmutableList.toImmutableList());
  }

  /** The one that the first word names; if it names none, it is an image or an option of run. */
  static Command first(ImmutableList<String> arguments) {
    Command named = arguments.isEmpty() ? null : NAMED.get(arguments.get(0));
    return named == null ? new RunCommand() : named;
  }
}
