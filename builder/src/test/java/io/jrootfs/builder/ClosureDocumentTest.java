package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Every rule of CLOSURE.md names the method of a test that holds it to its word. */
class ClosureDocumentTest {
  private static final Path DOCUMENT = Path.of("CLOSURE.md");

  /** Of all tables of rules, whatever stands between them. */
  private static ImmutableList<String> rules() throws IOException {
    ImmutableList.Builder<String> rules = ImmutableList.builder();
    boolean isRules = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      isRules = line.startsWith("| ") && (isRules || line.startsWith("| rule |"));
      if (isRules && !line.matches("\\| (rule|---) .*")) {
        rules.add(line);
      }
    }
    return rules.build();
  }

  @Test
  void everyRuleNamesTheMethodThatProvesIt() throws IOException {
    assertThat(rules())
        .hasSizeGreaterThan(80)
        .allMatch(
            rule -> NamedTests.in(rule).stream().anyMatch(test -> test.group(2) != null),
            "names a method");
  }

  @Test
  void testsThatAreNamedExist() throws Exception {
    assertThat(NamedTests.missing(Files.readString(DOCUMENT))).isEmpty();
  }
}
