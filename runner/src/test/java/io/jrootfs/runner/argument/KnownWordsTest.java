package io.jrootfs.runner.argument;

import static org.assertj.core.api.Assertions.assertThat;

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
}
