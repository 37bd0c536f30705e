package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerLog;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.LogEntry;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.io.PrintWriter;

/** {@code jrun logs}: what a container has said while nobody listened. */
final class LogsCommand extends ContainersCommand {
  LogsCommand() {
    super(
        "logs",
        "Prints what detached containers have said, each stream to its own.",
        flag("Go on until the container has ended.", "-f", "--follow"),
        flag("When it said so before each line.", "-t", "--timestamps"),
        text("N", "No more than the last N lines.", "-n", "--tail"));
  }

  @Override
  String quiet() {
    return "Do not say how many lines are missing.";
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of(
        "  jrun logs --timestamps web", "  jrun logs -f web", "  jrun logs --tail 20 web");
  }

  @Override
  void run(Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception {
    ImmutableList<KnownContainer> containers = find(words, facts, console);
    String tail = options.value("--tail").orElse("all");
    if (!tail.equals("all") && !tail.matches("[0-9]{1,9}")) {
      throw new UsageException("--tail '" + tail + "' is no number of lines");
    }
    if (options.isOn("--follow") && (containers.size() > 1 || !tail.equals("all"))) {
      throw new UsageException("--follow follows one container from its beginning");
    }
    for (KnownContainer container : containers) {
      ContainerLog log = new ContainerLog(container.directory());
      if (!log.exists()) {
        throw new StateException(
            "container '" + container.record().name() + "'",
            "nothing that it says is kept: it is not detached, or has --log-driver none");
      }
      Printer printer = new Printer(console, options.isOn("--timestamps"));
      if (options.isOn("--follow")) {
        log.follow(() -> isUp(container, facts, console), printer::print);
      } else {
        ImmutableList<LogEntry> entries = log.entries();
        int first = tail.equals("all") ? 0 : first(entries, Integer.parseInt(tail));
        entries.subList(first, entries.size()).forEach(printer::print);
      }
      if (!options.isOn("--quiet")) {
        sayWhatIsLost(container, log.lost(), console);
      }
    }
  }

  private static void sayWhatIsLost(KnownContainer container, long lost, Console console) {
    if (lost > 0) {
      console.say(
          Jrun.NAME
              + ": container '"
              + container.record().name()
              + "': "
              + lost
              + (lost == 1 ? " line is" : " lines are")
              + " missing here: there was no room for "
              + (lost == 1 ? "it" : "them")
              + " in "
              + container.directory());
    }
  }

  private static boolean isUp(KnownContainer container, LauncherFacts facts, Console console)
      throws IOException {
    return console.containers(facts).containers().stream()
        .filter(known -> known.record().id().equals(container.record().id()))
        .anyMatch(known -> known.status().isUp());
  }

  /** Where the last lines begin. A line can be in parts, and the last one may have no end yet. */
  private static int first(ImmutableList<LogEntry> entries, int lines) {
    int found = 0;
    for (int i = entries.size() - 1; i >= 0; i--) {
      boolean endsLine = entries.get(i).isWhole() || i == entries.size() - 1;
      if (endsLine && found++ == lines) {
        return i + 1;
      }
    }
    return 0;
  }

  /** Prints entries, lines in parts as one. */
  private static final class Printer {
    private final Console console;
    private final boolean timestamps;
    private boolean inLine;

    Printer(Console console, boolean timestamps) {
      this.console = console;
      this.timestamps = timestamps;
    }

    void print(LogEntry entry) {
      PrintWriter writer = entry.isError() ? console.err() : console.out();
      if (timestamps && !inLine) {
        writer.print(entry.time() + " ");
      }
      writer.print(entry.text());
      if (entry.isWhole()) {
        writer.println();
      }
      inLine = !entry.isWhole();
      writer.flush();
    }
  }
}
