package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.ContainerLog;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code jrun logs}: what a container has said while nobody listened. */
final class LogsCommand extends ContainersCommand {
  LogsCommand() {
    super(
        "logs",
        "Prints what detached containers have said, each stream to its own.",
        flag(
            "Go on until the containers have ended; of several at once, each line with its name.",
            "-f",
            "--follow"),
        flag("Which container it is before each line.", "--names"),
        flag("When it said so before each line.", "-t", "--timestamps"),
        text("N", "No more than the last N lines.", "-n", "--tail"),
        text(
            "TIME",
            "Not what was said before: how long ago, as in 90s or 1h30m, or a date and time, as in"
                + " --timestamps.",
            "--since"));
  }

  @Override
  String quiet() {
    return "Do not say how many lines are missing.";
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of(
        "  jrun logs --timestamps web", "  jrun logs -f web db", "  jrun logs -f --tail 20 web");
  }

  @Override
  void run(Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception {
    int tail = lines(options.value("--tail").orElse("all"));
    Optional<String> since = options.value("--since");
    Instant begin =
        since.isPresent() ? PointInTime.parse("--since", since.get(), Instant.now()) : Instant.MIN;
    boolean isFollowing = options.isOn("--follow");
    ImmutableList<KnownContainer> containers = find(words, facts, console);
    for (KnownContainer container : containers) {
      if (!new ContainerLog(container.directory()).exists()) {
        throw new StateException(
            "container '" + container.record().name() + "'",
            "nothing that it says is kept: it is not detached, or has --log-driver none");
      }
    }
    boolean isNamed = options.isOn("--names") || (isFollowing && containers.size() > 1);
    ImmutableList.Builder<Callable<Boolean>> works = ImmutableList.builder();
    for (KnownContainer container : containers) {
      works.add(
          () -> {
            LogPrinter printer =
                new LogPrinter(
                    console,
                    isNamed ? Printable.of(container.record().name()) : "",
                    options.isOn("--timestamps"));
            ContainerLog log = new ContainerLog(container.directory()).since(begin);
            boolean isRead =
                isFollowing
                    ? log.follow(tail, () -> isUp(container), printer::print)
                    : log.entries(tail).stream().allMatch(printer::print);
            printer.close();
            if (!options.isOn("--quiet")) {
              sayWhatIsLost(container, log.lost(), console);
            }
            return isRead;
          });
    }
    if (isFollowing && containers.size() > 1) {
      allAtOnce(works.build());
    } else {
      inTurn(works.build());
    }
  }

  /** Who has left hears nothing of the next one either. */
  private static void inTurn(ImmutableList<Callable<Boolean>> works) throws Exception {
    for (Callable<Boolean> work : works) {
      if (!work.call()) {
        return;
      }
    }
  }

  private static int lines(String tail) throws UsageException {
    if (tail.equals("all")) {
      return ContainerLog.ALL;
    }
    if (!tail.matches("[0-9]{1,9}")) {
      throw new UsageException("--tail '" + tail + "' is no number of lines");
    }
    return Integer.parseInt(tail);
  }

  /** The first failure ends all of it, and so does the first one that is no longer read. */
  private static void allAtOnce(ImmutableList<Callable<Boolean>> works) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(works.size());
    try {
      CompletionService<Boolean> done = new ExecutorCompletionService<>(threads);
      for (Callable<Boolean> work : works) {
        Future<Boolean> unused = done.submit(work); // it is taken when it is done
      }
      int left = works.size();
      while (left > 0 && done.take().get()) {
        left--;
      }
    } catch (ExecutionException e) {
      Throwables.throwIfInstanceOf(Objects.requireNonNull(e.getCause()), Exception.class);
      throw e;
    } finally {
      threads.shutdownNow();
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

  private static boolean isUp(KnownContainer container) throws IOException {
    return container.again().filter(now -> now.status().isUp()).isPresent();
  }
}
