package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a help text or a rendered page shows of options and arguments.
 *
 * @param synopsis names and value, such as {@code -o, --output=FILE}
 * @param description without any blanks: the two break lines in different places
 */
record Shown(String synopsis, String description) {
  /** Where an option begins; what is deeper belongs to it. */
  private static final Pattern OPTION =
      Pattern.compile(
          "( {2,})((?:-\\w, )?--[a-z-]+(?:, --no-[a-z-]+)?(?:\\[?=\\S+)?|-\\w)(?: (.*))?");

  private static final Pattern OPTION_NAME = Pattern.compile("-{1,2}[A-Za-z][a-z-]*");

  /** Of each command that was asked; each shell's test asks for the same. */
  private static final Map<String, ImmutableList<String>> OPTION_NAMES = new ConcurrentHashMap<>();

  /** The words with which the assembled program shows all of a command. */
  static ImmutableList<String> helpOf(String command) {
    ImmutableList<String> words = ImmutableList.copyOf(command.split(" ", -1));
    return ImmutableList.<String>builder()
        .add(program(words.get(0)))
        .addAll(words.subList(1, words.size()))
        .add(command.equals("jrun") ? "--help-all" : "--help")
        .build();
  }

  static String program(String name) {
    return Path.of(System.getProperty("dist.directory"), "bin", name).toString();
  }

  /** The names of all options that the program itself tells of. */
  static ImmutableList<String> optionNames(String command) {
    return OPTION_NAMES.computeIfAbsent(
        command,
        name -> {
          try {
            return options(output(helpOf(name))).stream()
                .flatMap(shown -> OPTION_NAME.matcher(shown.names()).results())
                .map(result -> result.group())
                .collect(ImmutableList.toImmutableList());
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private String names() {
    return synopsis.split("\\[?=", 2)[0];
  }

  /** All options in a text, in order. */
  static ImmutableList<Shown> options(String text) {
    ImmutableList.Builder<Shown> options = ImmutableList.builder();
    ImmutableList<String> lines =
        text.replaceAll("--\\[no-]([a-z-]+)", "--$1, --no-$1")
            .lines()
            .collect(ImmutableList.toImmutableList());
    for (int i = 0; i < lines.size(); i++) {
      Matcher option = OPTION.matcher(lines.get(i));
      if (option.matches()) {
        // In columns, a long option without a short one is indented by the room of that.
        int indent = Math.max(6, option.group(1).length());
        String more =
            lines.subList(i + 1, lines.size()).stream()
                .takeWhile(line -> line.startsWith(" ".repeat(indent + 1)))
                .filter(line -> !OPTION.matcher(line).matches())
                .collect(Collectors.joining());
        String first = option.group(3) == null ? "" : option.group(3);
        options.add(new Shown(option.group(2), (first + more).replaceAll("\\s", "")));
      }
    }
    return options.build();
  }

  /** What a program prints that must succeed. */
  static String output(ImmutableList<String> command) throws IOException, InterruptedException {
    return output(new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile()));
  }

  /** What a program prints that must succeed, as it is to be started. */
  static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(builder.command() + "\n" + output).isZero();
    return output;
  }
}
