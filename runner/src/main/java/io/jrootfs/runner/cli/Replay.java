package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.ContainerRun;
import io.jrootfs.runner.EnvironmentFile;
import io.jrootfs.runner.HostInputs;
import io.jrootfs.runner.ProgramFiles;
import io.jrootfs.runner.RunRequest;
import io.jrootfs.runner.bundle.BundleCache;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.plan.ReplayStep;
import io.jrootfs.runner.replay.KeptPlans;
import io.jrootfs.runner.replay.PlanInputs;
import io.jrootfs.runner.replay.SeenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/**
 * Keeps the plan of a command line, so that the launcher can take it without us when the same
 * command line comes again. Only what is made of things that the launcher can look at again is
 * kept; {@link Keepable} has the options.
 */
final class Replay {
  static final String EXPLAIN = "--explain";

  private final ParseResult parsed;
  private final PlanInputs inputs;

  private Replay(ParseResult parsed, PlanInputs inputs) {
    this.parsed = parsed;
    this.inputs = inputs;
  }

  /**
   * Looks at what a plan will be made of, before it is made: what changes in between is then
   * another thing than the one that was looked at, and the plan is not taken again.
   *
   * @param parsed the command line
   * @param request what it asks for
   */
  static Replay beforePlanning(
      ParseResult parsed, RunRequest request, Console console, LauncherFacts facts) {
    PlanInputs inputs = new PlanInputs(Clock.systemUTC());
    Optional<ProgramFiles> program = ProgramFiles.running();
    if (program.isEmpty() || !parsed.matchedOptions().stream().allMatch(Keepable::isKept)) {
      inputs.uncertain();
    } else {
      try {
        look(inputs, request, console, facts, program.get());
      } catch (IOException e) {
        // If the start needs what cannot be read, then it is the start that says so.
        inputs.uncertain();
      }
    }
    return new Replay(parsed, inputs);
  }

  /**
   * Keeps a plan if it can be.
   *
   * @param request what it was made for
   * @param prepared what was made
   * @param seen what was looked at of cgroups
   * @param plans where it is kept
   * @throws IOException if it cannot be written
   */
  void keep(
      RunRequest request,
      ContainerRun.Prepared prepared,
      Registration.Registered registered,
      SeenFiles seen,
      Optional<KeptPlans> plans)
      throws IOException {
    Optional<Conditions> conditions = conditions(request, prepared, seen);
    if (conditions.isPresent() && plans.isPresent()) {
      plans
          .get()
          .keep(
              conditions.get().words().words(),
              PlanEncoder.encode(
                  registered.plan().kept(conditions.get().steps(), registered.record())));
    }
  }

  /**
   * How a start by these words would come about, for {@code --explain}.
   *
   * @throws IOException if what the plan was made of cannot be read
   */
  String explain(
      RunRequest request, ContainerRun.Prepared prepared, SeenFiles seen, Optional<KeptPlans> plans)
      throws IOException {
    Optional<Conditions> conditions = conditions(request, prepared, seen);
    if (conditions.isEmpty() || plans.isEmpty()) {
      return "# planned anew each time";
    }
    return plans.get().has(conditions.get().words().words())
        ? "# replayed as it was kept, unless something has changed"
        : "# planned anew, and kept for the next time";
  }

  /**
   * When a plan may be taken again.
   *
   * @param words for which command lines
   * @param inputs as long as what is as it is
   */
  private record Conditions(ReplayStep.Words words, ImmutableList<ReplayStep> inputs) {
    ImmutableList<ReplayStep> steps() {
      return ImmutableList.<ReplayStep>builder().add(words).addAll(inputs).build();
    }
  }

  private Optional<Conditions> conditions(
      RunRequest request, ContainerRun.Prepared prepared, SeenFiles seen) throws IOException {
    if (prepared.isUnmade() || !prepared.bundle().warnings().isEmpty()) {
      return Optional.empty();
    }
    // What is in the cache is named by what it holds and never changes; a directory may.
    if (prepared.bundle().ownCopy()) {
      inputs.same(prepared.bundle().root());
    } else {
      inputs.uncertain();
    }
    new HostInputs(inputs).volumes(request.volumes(), prepared.spec().mounts());
    inputs.cgroups(seen);
    Optional<ReplayStep.Words> words = words(prepared.spec().process().args());
    return inputs.steps().flatMap(steps -> words.map(known -> new Conditions(known, steps)));
  }

  /**
   * The command line, if its last words are the last arguments of the program; those behind the
   * first one may then be others.
   */
  private Optional<ReplayStep.Words> words(ImmutableList<String> arguments) {
    List<String> given = new ArrayList<>(parsed.originalArgs());
    if (parsed.hasMatchedOption(EXPLAIN)) {
      given.remove(EXPLAIN);
    }
    ImmutableList<String> all = ImmutableList.copyOf(given);
    ImmutableList<String> command = RunOptions.command(parsed);
    if (command.isEmpty()) {
      return Optional.of(new ReplayStep.Words(all, 0, false));
    }
    int first = all.size() - command.size();
    int from = arguments.size() - command.size();
    if (first < 1
        || from < 0
        || !all.subList(first, all.size()).equals(command)
        || !arguments.subList(from, arguments.size()).equals(command)) {
      return Optional.empty();
    }
    return Optional.of(new ReplayStep.Words(all.subList(0, first + 1), command.size() - 1, true));
  }

  private static void look(
      PlanInputs inputs,
      RunRequest request,
      Console console,
      LauncherFacts facts,
      ProgramFiles program)
      throws IOException {
    inputs.caller(
        LauncherFacts.aboutCaller(console.environment().getOrDefault(LauncherFacts.VARIABLE, ""))
            + ";"
            + program.launcher());
    inputs.unchanged(program.launcher());
    inputs.unchanged(program.compiler());
    inputs.unchanged(BundleCache.decisiveFile(request.image()));
    Set<String> copied = new LinkedHashSet<>(request.overrides().process().env());
    for (Path file : request.environmentFiles()) {
      if (!Files.isRegularFile(file)) {
        // A pipe says what it has to say once, to the start, and something else the next time.
        inputs.uncertain();
        return;
      }
      inputs.unchanged(file);
      copied.addAll(EnvironmentFile.read(file));
    }
    copied.removeIf(entry -> entry.indexOf('=') >= 0);
    new HostInputs(inputs).caller(facts, console.environment(), copied);
  }
}
