package io.jrootfs.runner.argument;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownWordsTest {
  private static final KnownWords WORDS = KnownWords.of("ro", "source", "target");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sorce   | did you mean 'source'?",
        "Target  | did you mean 'target'?",
        "targets | did you mean 'target'?",
        "r       | there are ro, source, target",
        "xyz     | there are ro, source, target",
        "''      | there are ro, source, target"
      })
  void nearestWordIsNamedIfOneIsNear(String unknown, String hint) {
    assertThat(WORDS.hint(unknown)).isEqualTo(hint);
  }

  @Test
  void wordsThatAreNotOursMayHaveCapitals() {
    KnownWords names = KnownWords.of("MyApp", "x".repeat(200));
    assertThat(names.hint("myapp1")).isEqualTo("did you mean 'MyApp'?");
    assertThat(names.hint("MyAp")).isEqualTo("did you mean 'MyApp'?");
    // The table of letters against letters would have gigabytes.
    assertThat(names.nearest("x".repeat(10_000_000))).isEmpty();
  }
}
