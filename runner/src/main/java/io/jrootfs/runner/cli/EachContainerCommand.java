package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.cgroup.LimitException;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.StateException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
    ContainerStore containers = console.containers(facts);
    if (words.size() == 1) {
      control(facts, steps(options, containers.find(words.get(0))));
      return;
    }
    // All are looked for before one is touched, which may be meant by several words.
    Map<Integer, KnownContainer> found = new LinkedHashMap<>();
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    Map<Integer, Exception> refused = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i++) {
      try {
        found.put(i, containers.find(words.get(i)));
      } catch (StateException | IOException e) {
        refused.put(i, e);
      }
    }
    for (int i = 0; i < words.size(); i++) {
      KnownContainer container = found.get(i);
      try {
        if (container != null) {
          steps.addAll(steps(options, container));
        }
      } catch (StateException | LimitException | IOException e) {
        refused.put(i, e);
      }
      Exception failure = refused.get(i);
      if (failure != null) {
        steps.add(new LifecycleStep.Refuse(Printable.of(Failure.of(failure).sentence())));
      }
    }
    control(facts, steps.build());
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
