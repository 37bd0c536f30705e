package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import io.jrootfs.runner.state.UnknownContainerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command that does the same to each container. If that cannot be done with one, that is said,
 * and done with the others.
 */
abstract class EachContainerCommand extends ContainersCommand {
  EachContainerCommand(String name, String description, OptionSpec.Builder... options) {
    super(
        name,
        description
            + " If that cannot be done with one, this is said, the others are gone on with, and the"
            + " exit code is 125.",
        options);
  }

  @Override
  final void run(Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception {
    check(options);
    ContainerStore containers = console.containers(facts);
    if (words.size() == 1 && !ignoresUnknown(options)) {
      control(facts, steps(options, containers.find(words.get(0))));
      return;
    }
    // All are looked for before one is touched, which may be meant by several words.
    ImmutableList<Target> targets =
        isOnAll(options) ? all(options, containers) : targets(options, words, containers);
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    for (Target target : targets) {
      Optional<Exception> failure = target.failure();
      try {
        if (target.container().isPresent()) {
          steps.addAll(steps(options, target.container().get()));
        }
      } catch (StateException | LimitException | IOException e) {
        failure = Optional.of(e);
      }
      failure.ifPresent(
          e -> steps.add(new LifecycleStep.Refuse(Printable.of(Failure.of(e).sentence()))));
    }
    control(facts, steps.build());
  }

  /** What a word means: a container, nothing that matters, or nothing that can be. */
  private record Target(Optional<KnownContainer> container, Optional<Exception> failure) {
    static Target of(KnownContainer container) {
      return new Target(Optional.of(container), Optional.empty());
    }
  }

  /** The oldest first, and then what is said of records that are damaged. */
  private ImmutableList<Target> all(Options options, ContainerStore containers) throws IOException {
    List<KnownContainer> found = new ArrayList<>();
    List<Target> damaged = new ArrayList<>();
    for (String name : containers.names()) {
      try {
        containers.named(name).filter(one -> isOneOfAll(options, one)).ifPresent(found::add);
      } catch (IOException e) {
        damaged.add(new Target(Optional.empty(), Optional.of(e)));
      }
    }
    found.sort(KnownContainer.BY_AGE);
    return ImmutableList.<Target>builder()
        .addAll(Lists.transform(found, Target::of))
        .addAll(damaged)
        .build();
  }

  private ImmutableList<Target> targets(
      Options options, ImmutableList<String> words, ContainerStore containers) {
    ImmutableList.Builder<Target> targets = ImmutableList.builder();
    for (String word : words) {
      try {
        targets.add(Target.of(containers.find(word)));
      } catch (UnknownContainerException e) {
        if (!ignoresUnknown(options)) {
          targets.add(new Target(Optional.empty(), Optional.of(e)));
        }
      } catch (StateException | IOException e) {
        targets.add(new Target(Optional.empty(), Optional.of(e)));
      }
    }
    return targets.build();
  }

  /** {@code --all}, for commands that have it. */
  static OptionSpec.Builder all(String which) {
    return Options.flag(which, "-a", "--all");
  }

  /** {@code --ignore}, likewise. */
  static OptionSpec.Builder ignore() {
    return Options.flag("Names of containers that are not there are no failure.", "-i", "--ignore");
  }

  private static boolean ignoresUnknown(Options options) {
    return options.isOn("--ignore");
  }

  /** Looks at values of options, before any container is looked for. */
  void check(Options options) throws UsageException {}

  /** Whether {@code --all} means a container. */
  boolean isOneOfAll(Options options, KnownContainer container) {
    return false;
  }

  private ImmutableList<LifecycleStep> steps(Options options, KnownContainer container)
      throws Exception {
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    steps.addAll(act(options, container));
    if (printsNames()) {
      String name = Printable.of(container.record().name());
      steps.add(new LifecycleStep.PrintName(options.isOn("--quiet") ? "" : name));
    }
    return steps.build();
  }

  /**
   * Does it to a container that there is, though it may end at any moment.
   *
   * @return what the launcher has to do for it
   * @throws StateException if it cannot be done with this one
   * @throws LimitException likewise
   * @throws IOException likewise
   */
  abstract ImmutableList<LifecycleStep> act(Options options, KnownContainer container)
      throws Exception;

  @Override
  String quiet() {
    return "Do not print their names.";
  }

  /** Whether the container's name is printed when it is done. */
  boolean printsNames() {
    return true;
  }
}
