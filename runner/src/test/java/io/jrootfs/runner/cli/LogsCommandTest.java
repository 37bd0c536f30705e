package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogsCommandTest {
  private static final Instant NOW = Instant.parse("2026-02-03T16:05:06Z");

  @ParameterizedTest
  @CsvSource({
    "0s,                             2026-02-03T16:05:06Z",
    "90s,                            2026-02-03T16:03:36Z",
    "1.5s,                           2026-02-03T16:05:04.500Z",
    "10m,                            2026-02-03T15:55:06Z",
    "1h30m,                          2026-02-03T14:35:06Z",
    "48h,                            2026-02-01T16:05:06Z",
    "2026-02-03T01:02:03Z,           2026-02-03T01:02:03Z",
    "2026-02-03T01:02:03.000000004Z, 2026-02-03T01:02:03.000000004Z",
    "2026-02-03T01:02:03+02:00,      2026-02-02T23:02:03Z",
    "2026-02-03T01:02Z,              2026-02-03T01:02:00Z",
  })
  void timesAreDatesOrHowLongAgo(String text, Instant expected) throws Exception {
    assertThat(LogsCommand.time(text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "m",
        "10x",
        "yesterday",
        "2026-02-03",
        "2026-02-30T01:02:03Z",
        "2026-02-03T01:02:03",
        "9999999999999999h",
        "T10m",
        "30m1h",
      })
  void othersAreNone(String text) {
    assertThatThrownBy(() -> LogsCommand.time(text, NOW))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--since '" + text + "' is no time; ");
  }
}
