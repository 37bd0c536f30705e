package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every rule of CLOSURE.md names the tests that hold it to its word, and there are such tests. */
class ClosureDocumentTest {
  private static final Path DOCUMENT = Path.of("CLOSURE.md");
  private static final Path TESTS = Path.of("src/test/java");

  /** A test class, or one method of it. */
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");

  private static ImmutableList<String> rules() throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .dropWhile(line -> !line.startsWith("| rule |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("| "))
        .collect(ImmutableList.toImmutableList());
  }

  @Test
  void everyRuleNamesATest() throws IOException {
    assertThat(rules())
        .hasSizeGreaterThan(10)
        .allMatch(rule -> REFERENCE.matcher(rule).find() || rule.endsWith("| the same |"));
  }

  @Test
  void testsThatAreNamedExist() throws Exception {
    List<MatchResult> references = REFERENCE.matcher(Files.readString(DOCUMENT)).results().toList();
    assertThat(references).hasSizeGreaterThan(20);
    ImmutableSet.Builder<String> missing = ImmutableSet.builder();
    for (MatchResult reference : references) {
      if (!isThere(reference.group(1), Optional.ofNullable(reference.group(2)))) {
        missing.add(reference.group());
      }
    }
    assertThat(missing.build()).isEmpty();
  }

  private static boolean isThere(String className, Optional<String> method) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(TESTS)) {
      files = all.filter(file -> file.endsWith(className + ".java")).toList();
    }
    if (files.size() != 1) {
      return false;
    }
    String name =
        TESTS.relativize(files.get(0)).toString().replaceAll("\\.java$", "").replace('/', '.');
    return Arrays.stream(Class.forName(name).getDeclaredMethods())
        .filter(candidate -> method.isEmpty() || candidate.getName().equals(method.get()))
        .anyMatch(ClosureDocumentTest::isTest);
  }

  private static boolean isTest(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(annotation -> annotation.annotationType().getSimpleName())
        .anyMatch(name -> name.matches(".*Test|Property|Example|FuzzTest"));
  }
}
