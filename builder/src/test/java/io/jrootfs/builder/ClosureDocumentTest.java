package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every rule of CLOSURE.md names the tests that hold it to its word, and there are such tests. */
class ClosureDocumentTest {
  private static final Path DOCUMENT = Path.of("CLOSURE.md");

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
        .allMatch(rule -> !NamedTests.in(rule).isEmpty() || rule.endsWith("| the same |"));
  }

  @Test
  void testsThatAreNamedExist() throws Exception {
    assertThat(NamedTests.in(Files.readString(DOCUMENT))).hasSizeGreaterThan(20);
    assertThat(NamedTests.missing(Files.readString(DOCUMENT))).isEmpty();
  }
}
