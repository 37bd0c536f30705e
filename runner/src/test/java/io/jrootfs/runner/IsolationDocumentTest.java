package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every row of ISOLATION.md names the test that shows it, and there is such a test. */
class IsolationDocumentTest {
  private static final Path DOCUMENT = Path.of("ISOLATION.md");
  private static final Path TESTS = Path.of("src/test/java");
  private static final Pattern REFERENCE = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  private static ImmutableList<String> rows() throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .filter(line -> line.startsWith("| "))
        .filter(line -> !line.matches("\\| (facility|attack|---) .*"))
        .collect(ImmutableList.toImmutableList());
  }

  @Test
  void everyRowIsShownByATest() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(20).allMatch(row -> REFERENCE.matcher(row).find());
  }

  @Test
  void testsThatAreNamedExist() throws Exception {
    ImmutableSet.Builder<String> missing = ImmutableSet.builder();
    for (MatchResult reference : REFERENCE.matcher(Files.readString(DOCUMENT)).results().toList()) {
      if (!isTest(reference.group(1), reference.group(2))) {
        missing.add(reference.group());
      }
    }
    assertThat(missing.build()).isEmpty();
  }

  private static boolean isTest(String className, String method) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(TESTS)) {
      files = all.filter(file -> file.endsWith(className + ".java")).toList();
    }
    assertThat(files).as(className).hasSize(1);
    String name =
        TESTS.relativize(files.get(0)).toString().replaceAll("\\.java$", "").replace('/', '.');
    return Arrays.stream(Class.forName(name).getDeclaredMethods())
        .filter(candidate -> candidate.getName().equals(method))
        .anyMatch(IsolationDocumentTest::isAnnotated);
  }

  private static boolean isAnnotated(Method method) {
    return Arrays.stream(method.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().matches(".*Test.*"));
  }
}
