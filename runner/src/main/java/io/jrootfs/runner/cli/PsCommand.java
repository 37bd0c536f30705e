package io.jrootfs.runner.cli;

import static io.jrootfs.runner.cli.Options.flag;
import static io.jrootfs.runner.cli.Options.group;
import static io.jrootfs.runner.cli.Options.list;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun ps}: which containers there are. */
final class PsCommand implements Command {
  private static final ImmutableList<String> HEADINGS =
      ImmutableList.of("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES");

  private static final int MAX_COMMAND = 30;

  @Override
  public CommandSpec declare() {
    CommandSpec command = CommandSpec.create().name(Jrun.NAME + " ps");
    command
        .usageMessage()
        .customSynopsis("jrun ps [OPTIONS]")
        .description("", "Lists the containers that run.")
        .footer("  jrun ps -a --filter status=exited", "  jrun stop $(jrun ps -q)");
    command.addArgGroup(
        group(
            "%nOptions:%n",
            flag("Those that have ended, too.", "-a", "--all"),
            list(
                "KEY=VALUE",
                "Those alone that fit: ancestor (an image), id, label, name, status; repeatable.",
                "-f",
                PsFilter.OPTION),
            flag("Nothing but the ids.", "-q", "--quiet"),
            flag("Whole ids and commands.", "--no-trunc"),
            flag("All that is known, as JSON.", "--json"),
            Options.verbose(),
            Options.help()));
    return command;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Options options = new Options(parsed);
    PsFilter filter = PsFilter.parse(options.values(PsFilter.OPTION));
    boolean isAll = options.isOn("--all") || filter.asksForStatus();
    ImmutableList<KnownContainer> containers =
        console.containers(console.launcherFacts()).containers().stream()
            .filter(container -> isAll || container.status().isUp())
            .filter(filter::fits)
            .collect(ImmutableList.toImmutableList());
    boolean isWhole = options.isOn("--no-trunc");
    if (options.isOn("--json")) {
      console.out().println(ContainersJson.of(containers));
    } else if (options.isOn("--quiet")) {
      containers.forEach(container -> console.out().println(id(container, isWhole)));
    } else {
      print(containers, isWhole, Clock.systemUTC().instant(), console);
    }
  }

  private static String id(KnownContainer container, boolean isWhole) {
    return isWhole ? container.record().id() : container.record().shortId();
  }

  private static void print(
      ImmutableList<KnownContainer> containers, boolean isWhole, Instant now, Console console)
      throws IOException {
    ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
    rows.add(HEADINGS);
    for (KnownContainer container : containers) {
      String command = String.join(" ", container.record().command());
      rows.add(
          ImmutableList.of(
              id(container, isWhole),
              container.record().image(),
              isWhole || command.length() <= MAX_COMMAND
                  ? command
                  : command.substring(0, MAX_COMMAND - 1) + "…",
              Ages.ago(container.record().created(), now),
              status(container, now),
              String.join(", ", PortRecord.read(container.directory()).ports()),
              container.record().name()));
    }
    Table.lines(rows.build()).forEach(console.out()::println);
  }

  private static String status(KnownContainer container, Instant now) {
    ContainerStatus status = container.status();
    if (status instanceof ContainerStatus.Exited exited) {
      return "Exited (" + exited.status() + ") " + Ages.ago(exited.when(), now);
    }
    if (status instanceof ContainerStatus.Running running) {
      return "Up "
          + Ages.age(container.record().created(), now)
          + (running.paused() ? " (Paused)" : "");
    }
    return status instanceof ContainerStatus.Starting ? "Starting" : "Dead";
  }
}
