package io.jrootfs.runner.cli;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LifecycleStep;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import java.util.Optional;

/** {@code jrun stop}: asks, and kills what does not listen. */
final class StopCommand extends EachContainerCommand {
  StopCommand() {
    super(
        "stop",
        "Asks each container to end, and kills it if it does not.",
        Options.text(
            "SECONDS",
            "How long it has for that (default: its own --stop-timeout).",
            "-t",
            "--time"),
        all("All that run."),
        ignore());
  }

  @Override
  boolean isOneOfAll(Options options, KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running;
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of("  jrun stop web", "  jrun stop --time 2 web db", "  jrun stop --all");
  }

  @Override
  void check(Options options) throws UsageException {
    Optional<String> seconds = options.value("--time");
    if (seconds.isPresent() && !isSeconds(seconds.get())) {
      throw new UsageException("--time '" + seconds.get() + "' must be whole seconds");
    }
  }

  @Override
  ImmutableList<LifecycleStep> act(Options options, KnownContainer container) throws Exception {
    Optional<String> seconds = options.value("--time");
    refuseElsewhere(container);
    ImmutableList.Builder<LifecycleStep> steps = ImmutableList.builder();
    // One that has ended already is what was asked for.
    if (container.status() instanceof ContainerStatus.Running running) {
      addThaw(container, steps);
      steps.add(stop(container, running, seconds));
    }
    return steps.build();
  }

  private static boolean isSeconds(String text) {
    return !text.isEmpty()
        && text.length() <= 6
        && CharMatcher.inRange('0', '9').matchesAllOf(text);
  }

  static LifecycleStep stop(
      KnownContainer container, ContainerStatus.Running running, Optional<String> seconds) {
    return new LifecycleStep.Stop(
        container.record().name(),
        running.first(),
        running.launcher(),
        new Signal(container.record().stopSignal()),
        seconds.isPresent() ? Long.parseLong(seconds.get()) : container.record().stopTimeout());
  }
}
