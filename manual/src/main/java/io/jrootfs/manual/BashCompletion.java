package io.jrootfs.manual;

import com.google.common.collect.ImmutableMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The completion of a program for bash: what each command has, as tables, and one function that
 * finds out where on the command line the cursor is.
 */
final class BashCompletion {
  private final Program program;

  private BashCompletion(Program program) {
    this.program = program;
  }

  /** The file that bash-completion loads. */
  static String of(Program program) {
    return new BashCompletion(program).file();
  }

  private String file() {
    return Template.fill(
        "completion.bash",
        ImmutableMap.of(
            "tables", tables(),
            "commands", words(program.commands().stream().map(CommandText::word)),
            "program", program.name()));
  }

  private String tables() {
    return program.all().stream().map(this::table).collect(Collectors.joining("\n"));
  }

  /** Sets the variables of {@code _PROGRAM_table}. */
  private String table(CommandText command) {
    boolean isWhole = command.equals(program.whole());
    StringBuilder table = new StringBuilder();
    table.append("    ").append(isWhole ? "''" : command.word()).append(")\n");
    table
        .append("      options=")
        .append(ShellQuote.posix(words(command.options().stream().flatMap(BashCompletion::names))))
        .append('\n');
    table
        .append("      valued=")
        .append(
            ShellQuote.posix(
                " "
                    + words(
                        command.options().stream()
                            .filter(OptionText::takesNextWord)
                            .flatMap(BashCompletion::names))
                    + " "))
        .append('\n');
    if (command.endsAtArgument()) {
      table.append("      foreign=yes\n");
    }
    table.append("      case $place in\n");
    for (OptionText option : command.options()) {
      option
          .value()
          .map(BashCompletion::offer)
          .filter(offer -> !offer.isEmpty())
          .ifPresent(
              offer ->
                  table
                      .append("        ")
                      .append(names(option).collect(Collectors.joining(" | ")))
                      .append(") ")
                      .append(offer)
                      .append(" ;;\n"));
    }
    arguments(command, table);
    table.append("      esac\n      ;;");
    return table.toString();
  }

  private static void arguments(CommandText command, StringBuilder table) {
    int position = 1;
    for (ArgumentText argument : command.arguments()) {
      String offer = offer(argument.value());
      if (!offer.isEmpty()) {
        table
            .append("        ")
            .append(argument.many() ? "[" + position + "-9]" : position)
            .append(") ")
            .append(offer)
            .append(" ;;\n");
      }
      position++;
    }
  }

  private static String offer(Value value) {
    return switch (value.kind()) {
      case FREE -> "";
      case FILE -> "offer=files";
      case DIRECTORY -> "offer=directories";
      case CONTAINER -> "offer=containers";
      case LIVING -> "offer=living";
      case WORDS ->
          "offer=words words="
              + ShellQuote.posix(words(value.words().stream()))
              + (value.separated() ? " separated=yes" : "");
    };
  }

  private static Stream<String> names(OptionText option) {
    return option.names().stream();
  }

  private static String words(Stream<String> words) {
    return words.collect(Collectors.joining(" "));
  }
}
