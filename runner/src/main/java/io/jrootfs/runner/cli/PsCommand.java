package io.jrootfs.runner.cli;

import static io.jrootfs.builder.option.Options.completed;
import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.runner.cli.ContainerFields.Listed;
import io.jrootfs.runner.state.KnownContainer;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code jrun ps}: which containers there are. */
final class PsCommand implements Command {
  static final String JSON = "json";

  /** What begins a template whose columns are aligned, below headings. */
  private static final String TABLE = "table ";

  private static final String DEFAULT_TABLE =
      "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

  @Override
  public Declaration declare() {
    Declaration command = new Declaration(CommandSpec.create().name(Jrun.NAME + " ps"));
    command
        .usageMessage()
        .customSynopsis("jrun ps [OPTIONS]")
        .description("", "Lists the containers that run.")
        .footer(
            "  jrun ps -a --filter status=exited",
            "  jrun ps --format 'table {{.Names}}\\t{{.Status}}'",
            "  jrun stop $(jrun ps -q)");
    command.addArgGroup(
        group(
            "%nOptions:%n",
            flag("Those that have ended, too.", "-a", "--all"),
            list(
                "KEY=VALUE",
                "Those alone that fit: ancestor (an image), id, label, name, status; repeatable.",
                "-f",
                PsFilter.OPTION),
            Command.quiet("Nothing but the ids."),
            flag("Whole ids and commands.", "--no-trunc"),
            flag("As JSON; 'jrun inspect' has more of each.", "--json"),
            completed(
                () -> ImmutableList.of(JSON, "table"),
                text(
                    "FORMAT",
                    "json, table, a line of text with fields such as {{.Names}} for each, or 'table'"
                        + " and columns of that with \\t between. Fields: "
                        + String.join(", ", ContainerFields.LISTED.keySet())
                        + ".",
                    FormatTemplate.OPTION)),
            Command.verbose(),
            Options.help("--help")));
    return command;
  }

  @Override
  public void run(ParseResult parsed, Console console) throws Exception {
    Options options = new Options(parsed);
    PsFilter filter = PsFilter.parse(options.values(PsFilter.OPTION));
    boolean isAll = options.isOn("--all") || filter.asksForStatus();
    ImmutableList.Builder<KnownContainer> fitting = ImmutableList.builder();
    for (KnownContainer container : console.containers(console.launcherFacts()).containers()) {
      if ((isAll || container.status().isUp()) && filter.fits(container)) {
        fitting.add(container);
      }
    }
    ImmutableList<KnownContainer> containers = fitting.build();
    String format = format(options);
    if (format.equals(JSON)) {
      console.out().println(ContainersJson.of(containers));
      return;
    }
    boolean isWhole = options.isOn("--no-trunc");
    Instant now = Clock.systemUTC().instant();
    ImmutableList.Builder<Listed> listed = ImmutableList.builder();
    for (KnownContainer container : containers) {
      listed.add(new Listed(container, isWhole, now));
    }
    if (format.startsWith(TABLE)) {
      printTable(template(format.substring(TABLE.length())), listed.build(), console);
    } else {
      print(template(format), listed.build(), console);
    }
  }

  /** What the options come to: {@code json}, {@code table} and a template, or one. */
  private static String format(Options options) throws UsageException {
    Optional<String> format = options.value(FormatTemplate.OPTION);
    if (format.isPresent() && (options.isOn("--json") || options.isOn("--quiet"))) {
      throw new UsageException(
          "--format and "
              + (options.isOn("--json") ? "--json" : "--quiet")
              + " each say what is printed; leave one of them out");
    }
    if (options.isOn("--json")) {
      return JSON;
    }
    String text = format.orElse(options.isOn("--quiet") ? "{{.ID}}" : TABLE.strip());
    return text.equals(TABLE.strip()) ? DEFAULT_TABLE : text;
  }

  private static FormatTemplate<Listed> template(String text) throws UsageException {
    return FormatTemplate.parse(text, ContainerFields.LISTED);
  }

  private static void print(
      FormatTemplate<Listed> template, ImmutableList<Listed> containers, Console console)
      throws IOException {
    for (Listed container : containers) {
      console.out().println(template.text(container));
    }
  }

  private static void printTable(
      FormatTemplate<Listed> template, ImmutableList<Listed> containers, Console console)
      throws IOException {
    ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
    rows.add(template.headings());
    for (Listed container : containers) {
      rows.add(template.row(container));
    }
    for (String line : Table.lines(rows.build())) {
      console.out().println(line);
    }
  }
}
