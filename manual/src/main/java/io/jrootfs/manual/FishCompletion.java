package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.stream.Collectors;

/** The completion of a program for fish: a line of {@code complete} for each word there is. */
final class FishCompletion {
  private final Program program;
  private final ImmutableList.Builder<String> lines = ImmutableList.builder();

  private FishCompletion(Program program) {
    this.program = program;
  }

  /** The file that fish loads. */
  static String of(Program program) {
    return new FishCompletion(program).file();
  }

  private String file() {
    commands();
    program.all().forEach(this::command);
    return Template.fill(
        "completion.fish",
        ImmutableMap.of(
            "foreign",
            program.all().stream()
                .filter(CommandText::endsAtArgument)
                .map(this::valued)
                .collect(Collectors.joining("\n")),
            "completions",
            String.join("\n", lines.build()),
            "commands",
            program.commands().stream().map(CommandText::word).collect(Collectors.joining(" ")),
            "program",
            program.name()));
  }

  private String word(CommandText command) {
    return command.equals(program.whole()) ? "''" : command.word();
  }

  /** The options of a command whose next word is their value. */
  private String valued(CommandText command) {
    String options =
        command.options().stream()
            .filter(OptionText::takesNextWord)
            .flatMap(option -> option.names().stream())
            .collect(Collectors.joining(" "));
    return "        case " + word(command) + "\n            set valued " + options;
  }

  private void commands() {
    boolean orFile = !program.whole().arguments().isEmpty();
    for (CommandText command : program.commands()) {
      lines.add(
          "complete -c "
              + program.name()
              + " -n __"
              + program.name()
              + "_first"
              + (orFile ? "" : " -f")
              + " -a "
              + command.word()
              + " -d "
              + ShellQuote.fish(command.summary()));
    }
  }

  private void command(CommandText command) {
    String start =
        "complete -c "
            + program.name()
            + " -n "
            + ShellQuote.fish("__" + program.name() + "_in " + word(command));
    ImmutableList<Value.Kind> kinds =
        command.arguments().stream()
            .map(argument -> argument.value().kind())
            .collect(ImmutableList.toImmutableList());
    // Without a word from us, fish offers files.
    if (!kinds.contains(Value.Kind.FILE)) {
      lines.add(start + " -f");
    }
    for (ArgumentText argument : command.arguments()) {
      if (argument.value().kind() == Value.Kind.CONTAINER) {
        lines.add(start + " -a " + ShellQuote.fish("(" + Value.CONTAINERS + ")"));
      } else if (argument.value().kind() == Value.Kind.WORDS) {
        lines.add(start + " -a " + ShellQuote.fish(String.join(" ", argument.value().words())));
      }
    }
    command.options().forEach(option -> lines.add(start + option(option)));
  }

  private static String option(OptionText option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      boolean isLong = name.startsWith("--");
      line.append(isLong ? " -l " : " -s ").append(name.substring(isLong ? 2 : 1));
    }
    if (option.takesNextWord()) {
      line.append(option.value().map(FishCompletion::value).orElse(""));
    }
    return line + " -d " + ShellQuote.fish(FirstSentence.of(option.description()));
  }

  private static String value(Value value) {
    return switch (value.kind()) {
      case FREE -> " -x";
      case FILE -> " -r -F";
      case DIRECTORY -> " -x -a '(__fish_complete_directories)'";
      case CONTAINER -> " -x -a " + ShellQuote.fish("(" + Value.CONTAINERS + ")");
      case WORDS ->
          " -x -a "
              + ShellQuote.fish(
                  value.separated()
                      ? "(__fish_append , " + String.join(" ", value.words()) + ")"
                      : String.join(" ", value.words()));
    };
  }
}
