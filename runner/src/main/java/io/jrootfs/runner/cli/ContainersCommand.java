package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.cgroup.Freezer;
import io.jrootfs.runner.plan.ControlPlan;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.plan.PlanEncoder;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command on some containers: {@code jrun NAME [OPTIONS] CONTAINER...}. */
abstract class ContainersCommand implements Command {
  /** Said of a container that has none. */
  static final String WHO_HAS_CGROUPS =
      "root's containers have one, and those of a user who starts jrun in a cgroup of version 2"
          + " that is delegated to him";

  /** Of {@code -q} where there is nothing to be left out. */
  static final String SAYS_NOTHING_ELSE =
      "Accepted, as by every command; nothing but errors is said anyway.";

  private final String name;
  private final String description;
  private final ImmutableList<OptionSpec.Builder> options;

  ContainersCommand(String name, String description, OptionSpec.Builder... options) {
    this.name = name;
    this.description = description;
    this.options = ImmutableList.copyOf(options);
  }

  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " " + name));
    command
        .usageMessage()
        .customSynopsis("jrun " + name + " [OPTIONS] CONTAINER...")
        .description("", description)
        .footer(examples().toArray(new String[0]));
    command.addArgGroup(
        group(
            "%nOptions:%n",
            ImmutableList.<OptionSpec.Builder>builder()
                .addAll(options())
                .add(Command.quiet(quiet()), Command.verbose(), Options.help("--help"))
                .build()
                .toArray(new OptionSpec.Builder[0])));
    command.addPositional(names());
    return command;
  }

  /** Its own options; asked for by the one command that is given. */
  ImmutableList<OptionSpec.Builder> options() {
    return options;
  }

  /** What {@code -q} leaves. */
  abstract String quiet();

  /** Two lines of a shell or more, each of which works where the containers it names are. */
  abstract ImmutableList<String> examples();

  /** Words that are names or ids. */
  static PositionalParamSpec names() {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("0..*")
        .paramLabel("CONTAINER")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description("Its name, or the beginning of its id.")
        .build();
  }

  @Override
  public final void run(ParseResult parsed, Console console) throws Exception {
    List<String> words = parsed.matchedPositionalValue(0, List.<String>of());
    Options options = new Options(parsed);
    if (words.isEmpty() != isOnAll(options)) {
      throw new UsageException(
          words.isEmpty()
              ? "the name or id of a container is missing"
              : "--all is not for some containers; leave it or their names out");
    }
    run(options, ImmutableList.copyOf(words), console.launcherFacts(), console);
  }

  /** Whether no container is named but all are meant; never for commands without the option. */
  static boolean isOnAll(Options options) {
    return options.isOn("--all");
  }

  /**
   * Does it.
   *
   * @param words names or ids, at least one unless all containers are meant
   */
  abstract void run(
      Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception;

  /**
   * The containers that are meant, which may end at any moment.
   *
   * @throws StateException if a word means none
   */
  static ImmutableList<KnownContainer> find(
      ImmutableList<String> words, LauncherFacts facts, Console console)
      throws StateException, IOException {
    ImmutableList.Builder<KnownContainer> containers = ImmutableList.builder();
    for (String text : words) {
      containers.add(console.containers(facts).find(text));
    }
    return containers.build();
  }

  /** Has the launcher take the steps, if there are any. */
  static void control(LauncherFacts facts, ImmutableList<LifecycleStep> steps) throws IOException {
    if (!steps.isEmpty()) {
      Files.write(facts.plan(), PlanEncoder.encode(new ControlPlan(steps)));
    }
  }

  /** What has been sent to a container that is paused arrives when it goes on. */
  static void addThaw(KnownContainer container, ImmutableList.Builder<LifecycleStep> steps) {
    if (container.status() instanceof ContainerStatus.Running running && running.paused()) {
      Optional<Freezer> freezer = Freezer.of(container.record().cgroups());
      if (freezer.isPresent()) {
        steps.add(new LifecycleStep.Thaw(container.record().name(), freezer.get().directory()));
      }
    }
  }

  /**
   * For all that would touch processes or what is theirs.
   *
   * @throws StateException if the container may run where we cannot see it
   */
  static void refuseElsewhere(KnownContainer container) throws StateException {
    if (container.status() instanceof ContainerStatus.Elsewhere) {
      throw elsewhere(container);
    }
  }

  static StateException elsewhere(KnownContainer container) {
    return new StateException(
        "container '" + container.record().name() + "'",
        "was started on another machine or in another pid namespace and may run there; do this"
            + " there, or, if that is gone for good, remove the directory "
            + container.directory());
  }

  static ContainerStatus.Running running(KnownContainer container) throws StateException {
    if (container.status() instanceof ContainerStatus.Running running) {
      return running;
    }
    refuseElsewhere(container);
    throw new StateException(
        "container '" + container.record().name() + "'",
        "does not run, it is " + container.status().word());
  }

  /** As {@link #running}, for what a container has to answer. */
  static ContainerStatus.Running awake(KnownContainer container, String otherwise)
      throws StateException {
    ContainerStatus.Running running = running(container);
    if (running.paused()) {
      String name = container.record().name();
      throw new StateException(
          "container '" + name + "'",
          "is paused, and " + otherwise + "; 'jrun unpause " + name + "' continues it");
    }
    return running;
  }

  /** For one that ran when it was looked at first. */
  static StateException hasEnded(KnownContainer container, Exception e) {
    StateException ended =
        new StateException("container '" + container.record().name() + "'", "has ended meanwhile");
    ended.initCause(e);
    return ended;
  }

  static Signal signal(String option, String text) throws UsageException {
    Optional<Signal> signal = Signal.parse(text);
    if (signal.isEmpty()) {
      throw new UsageException(
          option + " '" + text + "' is no signal; it is a name, as in TERM, or a number");
    }
    return signal.get();
  }
}
