package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.stream.Collectors;

/**
 * The completion of a program for zsh, in the words of {@code _arguments} (zshcompsys(1), "Utility
 * Functions").
 */
final class ZshCompletion {
  private final Program program;

  private ZshCompletion(Program program) {
    this.program = program;
  }

  /** The file that compinit loads. */
  static String of(Program program) {
    return new ZshCompletion(program).file();
  }

  private String file() {
    return Template.fill(
        "completion.zsh",
        ImmutableMap.of(
            "names",
            program.commands().stream()
                .map(each -> "    " + ShellQuote.posix(each.word() + ":" + each.summary()))
                .collect(Collectors.joining("\n")),
            "commands",
            program.commands().stream().map(this::branch).collect(Collectors.joining("\n")),
            "whole",
            arguments(program.whole(), "  "),
            "program",
            program.name()));
  }

  private String branch(CommandText command) {
    return "      ("
        + command.word()
        + ")\n        shift words\n        (( CURRENT-- ))\n"
        + arguments(command, "        ")
        + "\n        return\n        ;;";
  }

  /** A call of {@code _arguments}, with a specification on each line. */
  private String arguments(CommandText command, String indent) {
    ImmutableList.Builder<String> specs = ImmutableList.builder();
    // -s: short ones in one word; -S: none behind "--"; -A: none behind the first argument
    specs.add("_arguments -s -S" + (command.endsAtArgument() ? " -A '-*'" : ""));
    command.options().forEach(option -> specs.add(option(option)));
    int position = 1;
    for (ArgumentText argument : command.arguments()) {
      boolean isFirst = position == 1 && command.equals(program.whole());
      // Another program's words may well be files, as they are for a shell that knows nothing.
      boolean isForeign = position > 1 && command.endsAtArgument();
      String action = isForeign ? "_files" : action(argument.value());
      specs.add(
          ShellQuote.posix(
              (argument.many() ? "*" : position)
                  + ":"
                  + colons(argument.value().label())
                  + ":"
                  + (isFirst ? orCommand(action) : action)));
      position++;
    }
    if (command.arguments().isEmpty() && command.equals(program.whole())) {
      specs.add(ShellQuote.posix("1:COMMAND:_" + program.name() + "_commands"));
    }
    return indent + String.join(" \\\n" + indent + "  ", specs.build());
  }

  /** The first word of all is a command or an argument. */
  private String orCommand(String action) {
    return "{ (( CURRENT == 2 )) && _" + program.name() + "_commands; " + action + " }";
  }

  private String option(OptionText option) {
    String all = String.join(" ", option.names());
    // One that is given excludes itself, by each of its names, unless it can be repeated.
    String before = option.repeatable() ? "*" : option.names().size() > 1 ? "(" + all + ")" : "";
    String names =
        option.names().stream()
            .map(name -> name + suffix(name, option))
            .collect(Collectors.joining(","));
    String behind =
        "["
            + FirstSentence.of(option.description())
                .replace("\\", "\\\\")
                .replace("[", "\\[")
                .replace("]", "\\]")
            + "]"
            + option.value().map(value -> value(option, value)).orElse("");
    if (option.names().size() == 1) {
      return ShellQuote.posix(before + names + behind);
    }
    return ShellQuote.posix(before) + "{" + names + "}" + ShellQuote.posix(behind);
  }

  /** Where the value may be: behind "=" or the next word; in the same word only, if optional. */
  private static String suffix(String name, OptionText option) {
    if (option.value().isEmpty()) {
      return "";
    }
    if (!name.startsWith("--")) {
      return option.optional() ? "-" : "+";
    }
    return option.optional() ? "=-" : "=";
  }

  private String value(OptionText option, Value value) {
    return (option.optional() ? "::" : ":") + colons(value.label()) + ":" + action(value);
  }

  private String action(Value value) {
    return switch (value.kind()) {
      case FREE -> " ";
      case FILE -> "_files";
      case DIRECTORY -> "_files -/";
      // Behind a blank, a function is called as it is.
      case CONTAINER -> " _" + program.name() + "_containers -a";
      case LIVING -> " _" + program.name() + "_containers";
      case WORDS ->
          value.separated()
              ? "_values -s , value " + String.join(" ", value.words())
              : "(" + String.join(" ", value.words()) + ")";
    };
  }

  private static String colons(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }
}
