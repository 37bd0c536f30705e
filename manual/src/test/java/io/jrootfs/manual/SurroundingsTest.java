package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The list of variables against the sources of the programs. */
class SurroundingsTest {
  /** A read with the variable's name, the name of a constant, or that of something else. */
  private static final Pattern READ =
      Pattern.compile(
          "(?:\\bgetenv|[eE]nvironment(?:\\(\\))?\\s*\\.\\s*(?:get|getOrDefault|containsKey))"
              + "\\(\\s*(\"?[\\w.]+\"?)");

  private static final Pattern READ_BY_SHELL =
      Pattern.compile("\\$\\{?([A-Z][A-Z_]+)|start_java \\w+ ([A-Z_]+) ");

  /** What those stand for that are no constants. */
  private static final ImmutableMap<String, ImmutableSet<String>> COMPUTED =
      ImmutableMap.of(
          "OutputOptions.java origin", ImmutableSet.of("SOURCE_DATE_EPOCH"),
          "Proxies.java name", ImmutableSet.of("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"),
          "Proxies.java spelling", ImmutableSet.of(),
          "Proxies.java variable.get", ImmutableSet.of(),
          // Those that a command line asks for, with -e NAME.
          "PlanInputs.java name", ImmutableSet.of(),
          "kept.c name", ImmutableSet.of());

  /** What the parts of jrun tell each other. */
  private static final ImmutableSet<String> INTERNAL =
      ImmutableSet.of("JRUN_LAUNCHER", "JRUN_PORTS", "JRUN_WORK", "JRUN_LC_ALL");

  private static ImmutableList<Path> sources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/resources/"))
          .collect(ImmutableList.toImmutableList());
    }
  }

  private static Set<String> read(Path module) throws IOException {
    Set<String> names = new TreeSet<>();
    ImmutableList<Path> files = sources(module.resolve("src/main"));
    for (Path file : files) {
      String text = Files.readString(file);
      if (file.getParent().endsWith("sh")) {
        READ_BY_SHELL
            .matcher(text.replaceAll("(?m)^#.*", ""))
            .results()
            .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
            .forEach(names::add);
      } else {
        for (MatchResult found : READ.matcher(text).results().toList()) {
          names.addAll(names(found.group(1), file, files));
        }
      }
    }
    return names;
  }

  private static Set<String> names(String argument, Path file, ImmutableList<Path> files)
      throws IOException {
    if (argument.startsWith("\"")) {
      return Set.of(argument.substring(1, argument.length() - 1));
    }
    String place = file.getFileName() + " " + argument;
    if (COMPUTED.containsKey(place)) {
      return COMPUTED.get(place);
    }
    int dot = argument.indexOf('.');
    String holder = dot < 0 ? "" + file.getFileName() : argument.substring(0, dot) + ".java";
    Pattern constant = Pattern.compile("\\b" + argument.substring(dot + 1) + " = \"(\\w+)\"");
    for (Path other : files) {
      var value = constant.matcher(Files.readString(other)).results().findFirst();
      if (other.endsWith(holder) && value.isPresent()) {
        return Set.of(value.get().group(1));
      }
    }
    throw new AssertionError("nobody knows which variable this is: " + place);
  }

  @ParameterizedTest
  @CsvSource({"jbuild, ../builder", "jrun, ../runner"})
  void variablesAreThoseThatTheProgramReads(String program, Path module) throws Exception {
    Set<String> read = read(module);
    // Both are started by a part of builder's.
    read.add("JAVA_HOME");
    read.removeAll(INTERNAL);
    assertThat(Surroundings.of(Surroundings.VARIABLES, program))
        .extracting(Surroundings.Entry::name)
        .containsExactlyInAnyOrderElementsOf(read);
  }
}
