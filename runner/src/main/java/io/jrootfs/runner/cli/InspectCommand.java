package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.plan.LauncherFacts;
import io.jrootfs.runner.state.KnownContainer;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** {@code jrun inspect}: all that is known of containers. */
final class InspectCommand extends ContainersCommand {
  InspectCommand() {
    super(
        "inspect",
        "Prints all that is known of the containers, as JSON: times in UTC, sizes in bytes, ids and"
            + " paths as the container has them unless they are said to be the host's.");
  }

  @Override
  String quiet() {
    return "Print nothing: the exit code says whether there are such containers.";
  }

  @Override
  ImmutableList<String> examples() {
    return ImmutableList.of(
        "  jrun inspect web | jq '.[].pid'", "  jrun inspect --format '{{.State.Pid}}' web db");
  }

  /** Not made for the constructor: fields take time to load, which only their text needs. */
  @Override
  ImmutableList<OptionSpec.Builder> options() {
    return ImmutableList.of(
        Options.completed(
            () -> ImmutableList.of(PsCommand.JSON),
            Options.text(
                "FORMAT",
                "json, or a line of text with fields such as {{.State.Pid}} for each. Fields: "
                    + String.join(", ", InspectedFields.INSPECTED.keySet())
                    + ".",
                "-f",
                FormatTemplate.OPTION)));
  }

  @Override
  void run(Options options, ImmutableList<String> words, LauncherFacts facts, Console console)
      throws Exception {
    ImmutableList<KnownContainer> containers = find(words, facts, console);
    Optional<String> format = options.value(FormatTemplate.OPTION);
    if (options.isOn("--quiet")) {
      if (format.isPresent()) {
        throw new UsageException(
            FormatTemplate.OPTION
                + " says what is printed, and --quiet that nothing is; leave one of them out");
      }
      return;
    }
    if (format.isEmpty() || format.get().equals(PsCommand.JSON)) {
      console.out().println(ContainersJson.of(containers, InspectedJson::write));
      return;
    }
    FormatTemplate<KnownContainer> template =
        FormatTemplate.parse(format.get(), InspectedFields.INSPECTED);
    for (KnownContainer container : containers) {
      console.out().println(template.text(container));
    }
  }
}
