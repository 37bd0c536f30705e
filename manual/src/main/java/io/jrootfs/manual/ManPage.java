package io.jrootfs.manual;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of one command, in section 1; its parts are those of man-pages(7). */
final class ManPage {
  private final Program program;
  private final CommandText command;
  private final Roff roff = new Roff();

  private ManPage(Program program, CommandText command) {
    this.program = program;
    this.command = command;
  }

  /** The page's source. */
  static String of(Program program, CommandText command) {
    ManPage page = new ManPage(program, command);
    page.head();
    page.arguments();
    page.command.groups().forEach(page::options);
    page.commands();
    page.exitCodes();
    page.surroundings("ENVIRONMENT", Surroundings.VARIABLES);
    page.surroundings("FILES", Surroundings.FILES);
    page.examples();
    page.seeAlso();
    return page.roff.toString();
  }

  private void head() {
    roff.raw(".\\\" Written from the options of " + program.name() + "; changes here get lost.");
    // The date is no text: mandoc reads it.
    roff.raw(
        String.format(
            ".TH \"%s\" 1 %s \"%s\" \"User Commands\"",
            Roff.escaped(Ascii.toUpperCase(command.page())),
            program.date(),
            Roff.escaped(program.name() + " " + program.version())));
    roff.heading("SH", "NAME");
    roff.text(command.page() + " - " + command.summary());
    roff.heading("SH", "SYNOPSIS");
    // No hyphens and no justification: it is to be read as a command line.
    roff.raw(".nf");
    command.synopsis().forEach(this::synopsis);
    roff.raw(".fi");
    roff.heading("SH", "DESCRIPTION");
    boolean isFirst = true;
    for (String paragraph : command.description()) {
      if (!isFirst) {
        roff.raw(".PP");
      }
      roff.text(paragraph);
      isFirst = false;
    }
  }

  private void synopsis(String line) {
    boolean isNamed = line.startsWith(command.name() + " ");
    String name = isNamed ? command.name() : program.name();
    roff.raw(Roff.bold(name) + Roff.escaped(line.substring(name.length())));
  }

  private void arguments() {
    if (command.arguments().isEmpty()) {
      return;
    }
    roff.heading("SH", "ARGUMENTS");
    for (ArgumentText argument : command.arguments()) {
      roff.raw(".TP").raw(Roff.italic(argument.value().label()) + (argument.many() ? "..." : ""));
      roff.text(argument.description());
    }
  }

  private void options(CommandText.Group group) {
    if (command.groups().indexOf(group) == 0) {
      roff.heading("SH", "OPTIONS");
    }
    // A heading that only says "options" would say nothing there.
    if (!group.title().isEmpty() && !group.title().equals("Options")) {
      roff.heading("SS", group.title());
    }
    for (OptionText option : group.options()) {
      roff.raw(".TP").raw(synopsis(option)).text(option.description());
    }
  }

  private static String synopsis(OptionText option) {
    String names = option.names().stream().map(Roff::bold).collect(Collectors.joining(", "));
    Optional<Value> value = option.value();
    if (value.isEmpty()) {
      return names;
    }
    String label = "=" + Roff.italic(value.get().label());
    return names + (option.optional() ? "[" + label + "]" : label);
  }

  private void commands() {
    if (!command.equals(program.whole())) {
      return;
    }
    roff.heading("SH", "COMMANDS");
    for (CommandText each : program.commands()) {
      roff.raw(".TP").raw(Roff.bold(each.name())).text(String.join(" ", each.description()));
      roff.text("See " + each.page() + "(1).");
    }
  }

  private void exitCodes() {
    roff.heading("SH", "EXIT STATUS");
    command
        .exitCodes()
        .forEach((status, meaning) -> roff.raw(".TP").raw(Roff.bold(status)).text(meaning));
  }

  /** On the page of the program itself, for all its commands. */
  private void surroundings(String heading, ImmutableList<Surroundings.Entry> entries) {
    if (!command.equals(program.whole())) {
      return;
    }
    roff.heading("SH", heading);
    for (Surroundings.Entry entry : Surroundings.of(entries, program.name())) {
      roff.raw(".TP").raw(Roff.bold(entry.name())).text(entry.meaning());
    }
  }

  private void examples() {
    roff.heading("SH", "EXAMPLES");
    roff.raw(".EX");
    command.examples().stream()
        .filter(line -> line.startsWith("  "))
        .forEach(line -> roff.verbatim(line.strip()));
    roff.raw(".EE");
  }

  private void seeAlso() {
    roff.heading("SH", "SEE ALSO");
    roff.raw(
        Stream.concat(
                program.all().stream()
                    .filter(other -> !other.equals(command))
                    .map(CommandText::page),
                Stream.of(program.companion()))
            .map(page -> Roff.bold(page) + "(1)")
            .collect(Collectors.joining(",\n")));
  }
}
