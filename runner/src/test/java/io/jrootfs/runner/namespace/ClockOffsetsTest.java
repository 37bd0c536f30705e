package io.jrootfs.runner.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockOffsetsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "monotonic=86400            | monotonic 86400 0",
        "boottime=+1.5              | boottime 1 500000000",
        "boottime=-1.5              | boottime -2 500000000",
        "monotonic=-0.000000001     | monotonic -1 999999999",
        "monotonic=0                | monotonic 0 0",
        "monotonic=1,boottime=2.25  | boottime 2 250000000,monotonic 1 0",
        "boottime=999999999999999999 | boottime 999999999999999999 0",
      })
  void offsetsAreSecondsAndNanosecondsForward(String text, String lines)
      throws NamespaceSyntaxException {
    assertThat(ClockOffsets.parse(text).lines()).isEqualTo(lines.replace(",", "\n") + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                          | '' is neither monotonic=SECONDS nor boottime=SECONDS",
        "monotonic                   | 'monotonic' is neither",
        "realtime=1                  | 'realtime=1' is neither",
        "monotonic=1,                | '' is neither",
        "monotonic=                  | '' is no number of seconds, such as 86400 or -1.5",
        "monotonic=1e3               | '1e3' is no number",
        "monotonic=1s                | '1s' is no number",
        "monotonic=.5                | '.5' is no number",
        "monotonic=0.0000000001      | '0.0000000001' is no number",
        "monotonic=9999999999999999999 | '9999999999999999999' is no number",
        "monotonic=1,monotonic=2     | sets monotonic twice; leave one of them out",
      })
  void whatIsNoOffsetIsRefused(String text, String problem) {
    assertThatThrownBy(() -> ClockOffsets.parse(text))
        .isInstanceOf(NamespaceSyntaxException.class)
        .hasMessageStartingWith("--time-offset '" + text + "': ")
        .hasMessageContaining(problem);
  }
}
