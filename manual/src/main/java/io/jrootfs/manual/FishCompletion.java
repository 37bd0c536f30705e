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
            "tables",
            program.all().stream().map(this::table).collect(Collectors.joining("\n")),
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

  /** What has to be known of a command to find out where the cursor is. */
  private String table(CommandText command) {
    String options =
        command.options().stream()
            .filter(OptionText::takesNextWord)
            .flatMap(option -> option.names().stream())
            .collect(Collectors.joining(" "));
    return "        case "
        + word(command)
        + "\n            set valued "
        + options
        + (command.endsAtArgument() ? "\n            set foreign yes" : "");
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
    String start = "complete -c " + program.name() + " -n ";
    String in = "__" + program.name() + "_in " + word(command);
    // Without a word from us, fish offers files.
    lines.add(start + ShellQuote.fish(in) + " -f");
    int position = 1;
    for (ArgumentText argument : command.arguments()) {
      String offer = offer(argument.value());
      if (!offer.isEmpty()) {
        // A number that nobody reaches, for those that have no end.
        String place = in + " " + position + (argument.many() ? " 9999" : "");
        lines.add(start + ShellQuote.fish(place) + offer);
      }
      position++;
    }
    command.options().forEach(option -> lines.add(start + ShellQuote.fish(in) + option(option)));
  }

  private String option(OptionText option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      boolean isLong = name.startsWith("--");
      line.append(isLong ? " -l " : " -s ").append(name.substring(isLong ? 2 : 1));
    }
    if (option.value().isPresent()) {
      Value value = option.value().get();
      // -r: the next word is the value, if there is none behind "="; -f: it is no file.
      line.append(option.optional() ? "" : " -r")
          .append(value.kind() == Value.Kind.FILE ? "" : " -f")
          .append(offer(value));
    }
    return line + " -d " + ShellQuote.fish(FirstSentence.of(option.description()));
  }

  private String offer(Value value) {
    return switch (value.kind()) {
      case FREE -> "";
      case FILE -> " -F";
      case DIRECTORY -> " -a '(__fish_complete_directories)'";
      case CONTAINER -> " -a '(__" + program.name() + "_containers -a)'";
      case LIVING -> " -a '(__" + program.name() + "_containers)'";
      case WORDS -> {
        String words = String.join(" ", value.words());
        yield " -a "
            + ShellQuote.fish(
                value.separated() ? "(__" + program.name() + "_listed " + words + ")" : words);
      }
    };
  }
}
