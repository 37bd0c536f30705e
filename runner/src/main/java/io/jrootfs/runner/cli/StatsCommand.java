package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.ContainerUsage;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun stats}: what containers use of the machine, again and again. */
final class StatsCommand implements Command {
  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " stats"));
    command
        .usageMessage()
        .customSynopsis("jrun stats [OPTIONS] [CONTAINER...]")
        .description(
            "",
            "Shows what containers use of processors, memory, network and disks, and their limits,"
                + " until ^C. 100 %% are one processor. '--' is what cannot be told.")
        .footer("  jrun stats web", "  jrun stats --no-stream --json | jq '.[].memory'");
    command.addArgGroup(
        group(
            "%nOptions:%n",
            flag("Those that have ended, too.", "-a", "--all"),
            flag("Show them once, after one such time.", "--no-stream"),
            text("SECONDS", "Time between two looks, as in 0.5 (default: 1).", "--interval"),
            flag(
                "As JSON, a line each time: times in ns, sizes in bytes, -1 without limit, null what"
                    + " cannot be told.",
                "--json"),
            Command.quiet("Do not say why something cannot be told."),
            Command.verbose(),
            Options.help("--help")));
    command.addPositional(ContainersCommand.names());
    return command;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Options options = new Options(parsed);
    long interval = interval(options.value("--interval").orElse("1"));
    LauncherFacts facts = console.launcherFacts();
    Watch watch =
        new Watch(
            console,
            console.containers(facts),
            options.isOn("--all"),
            ids(parsed.matchedPositionalValue(0, List.<String>of()), options, facts, console),
            options.isOn("--json"),
            options.isOn("--quiet"));
    watch.look();
    boolean isLive =
        !options.isOn("--no-stream") && !options.isOn("--json") && facts.terminals().contains(1);
    if (isLive) {
      try (LiveScreen screen = new LiveScreen(console.out())) {
        do {
          Thread.sleep(interval);
        } while (watch.showOn(screen));
      }
      return;
    }
    do {
      Thread.sleep(interval);
    } while (watch.print() && !options.isOn("--no-stream"));
  }

  private static long interval(String seconds) throws UsageException {
    long milliseconds =
        seconds.matches("[0-9]{1,5}(\\.[0-9]{1,3})?")
            ? new BigDecimal(seconds).movePointRight(3).longValueExact()
            : 0;
    if (milliseconds < 100) {
      throw new UsageException(
          "--interval '"
              + seconds
              + "' is no number of seconds from 0.1 to 99999.999, with three decimals at most");
    }
    return milliseconds;
  }

  /** Of the containers that were asked for. */
  private static ImmutableList<String> ids(
      List<String> names, Options options, LauncherFacts facts, Console console) throws Exception {
    ImmutableList.Builder<String> ids = ImmutableList.builder();
    for (String name : names) {
      KnownContainer container = console.containers(facts).find(name);
      if (!options.isOn("--all") && !container.status().isUp()) {
        ContainersCommand.running(container);
      }
      ids.add(container.record().id());
    }
    return ids.build();
  }

  /** Looks at containers, and what it saw the time before. */
  private static final class Watch {
    private final Console console;
    private final ContainerStore store;
    private final boolean all;
    private final ImmutableList<String> ids;
    private final boolean json;
    private final boolean quiet;
    private final StatsTable table;
    private final Set<String> notes = new HashSet<>();
    private Map<String, ContainerUsage> before = new HashMap<>();
    private boolean hasHeadings;

    Watch(
        Console console,
        ContainerStore store,
        boolean all,
        ImmutableList<String> ids,
        boolean json,
        boolean quiet)
        throws IOException {
      this.console = console;
      this.store = store;
      this.all = all;
      this.ids = ids;
      this.json = json;
      this.quiet = quiet;
      this.table = new StatsTable(ContainerUsage.machineMemory());
    }

    /** What they have used by now, and since the last time. */
    ImmutableList<Stats> look() throws IOException {
      Map<String, ContainerUsage> now = new HashMap<>();
      ImmutableList.Builder<Stats> stats = ImmutableList.builder();
      for (KnownContainer container : store.containers()) {
        String id = container.record().id();
        if ((ids.isEmpty() || ids.contains(id)) && (all || container.status().isUp())) {
          ContainerUsage usage = ContainerUsage.read(container);
          now.put(id, usage);
          stats.add(Stats.of(usage, Optional.ofNullable(before.get(id))));
        }
      }
      before = now;
      return stats.build();
    }

    /** Why something cannot be told, unless nobody wants to know. */
    private Stream<String> notes(ImmutableList<Stats> stats) {
      return quiet ? Stream.empty() : stats.stream().flatMap(one -> one.note().stream());
    }

    /** Whether there may be more to show. */
    private boolean goesOn(ImmutableList<Stats> stats) {
      return !console.out().checkError()
          && (ids.isEmpty() || stats.stream().anyMatch(one -> one.container().status().isUp()));
    }

    boolean showOn(LiveScreen screen) throws IOException {
      ImmutableList<Stats> stats = look();
      ImmutableList.Builder<String> lines = ImmutableList.builder();
      lines.addAll(table.lines(stats, true));
      notes(stats).forEach(lines::add);
      screen.show(lines.build());
      return goesOn(stats);
    }

    boolean print() throws IOException {
      ImmutableList<Stats> stats = look();
      if (json) {
        console.out().println(StatsJson.of(stats));
      } else {
        table.lines(stats, !hasHeadings).forEach(console.out()::println);
        hasHeadings = true;
      }
      console.out().flush();
      notes(stats).filter(notes::add).forEach(note -> console.say("jrun: " + note));
      console.err().flush();
      return goesOn(stats);
    }
  }
}
