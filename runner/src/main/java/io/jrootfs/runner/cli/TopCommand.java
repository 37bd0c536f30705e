package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.group;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.ContainerProcesses;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun top}: the processes of a container, inside and outside. */
final class TopCommand implements Command {
  /** The field that other programs can do something with. */
  private static final String OUTSIDE = "hpid";

  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " top"));
    command
        .usageMessage()
        .customSynopsis("jrun top [OPTIONS] CONTAINER [FIELD...]")
        .description(
            "",
            "Lists the processes of a container that runs, each with its numbers inside (PID) and"
                + " outside (HPID). Nothing is run in the container.")
        .footer("  jrun top web", "  jrun top web pid,hpid,user,huser,args");
    command.addPositional(
        word("0", "CONTAINER", String.class, "Its name, or the beginning of its id.").build());
    command.addPositional(
        word(
                "1..*",
                "FIELD",
                List.class,
                "What to tell (default: "
                    + String.join(",", TopFields.DEFAULT)
                    + "), of: "
                    + String.join(", ", TopFields.names())
                    + ".")
            .completionCandidates(TopFields.names())
            .build());
    command.addArgGroup(
        group(
            "%nOptions:%n",
            Command.quiet("Nothing but the numbers outside."),
            Command.verbose(),
            Options.help("--help")));
    return command;
  }

  private static PositionalParamSpec.Builder word(
      String index, String label, Class<?> type, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity(type == List.class ? "0..*" : "0..1")
        .paramLabel(label)
        .type(type)
        .auxiliaryTypes(String.class)
        .description(description);
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    String name = parsed.matchedPositionalValue(0, "");
    if (name.isEmpty()) {
      throw new UsageException("the name or id of a container is missing");
    }
    List<String> words = parsed.matchedPositionalValue(1, List.<String>of());
    boolean isQuiet = new Options(parsed).isOn("--quiet");
    if (isQuiet && !words.isEmpty()) {
      throw new UsageException(
          "--quiet and '" + words.get(0) + "' each say what is printed; leave one of them out");
    }
    ImmutableList<String> fields = TopFields.parse(isQuiet ? ImmutableList.of(OUTSIDE) : words);
    KnownContainer container = console.containers(console.launcherFacts()).find(name);
    ContainerStatus.Running running = ContainersCommand.running(container);
    ContainerProcesses processes;
    try {
      processes = ContainerProcesses.read(container.record(), running.first());
    } catch (IOException e) {
      if (running.first().isAlive()) {
        throw e;
      }
      throw ContainersCommand.hasEnded(container, e);
    }
    TopFields.table(fields, processes).stream()
        .skip(isQuiet ? 1 : 0) // the headings
        .forEach(console.out()::println);
  }
}
