package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointInTimeTest {
  private static final Instant NOW = Instant.parse("2026-02-03T16:05:06Z");

  @ParameterizedTest
  @CsvSource({
    "0s,                             2026-02-03T16:05:06Z",
    "90s,                            2026-02-03T16:03:36Z",
    "1.5s,                           2026-02-03T16:05:04.500Z",
    "1.5h,                           2026-02-03T14:35:06Z",
    "500ms,                          2026-02-03T16:05:05.500Z",
    "2us3ns,                         2026-02-03T16:05:05.999997997Z",
    "10m,                            2026-02-03T15:55:06Z",
    "1h30m,                          2026-02-03T14:35:06Z",
    "48h,                            2026-02-01T16:05:06Z",
    "10,                             1970-01-01T00:00:10Z",
    "1770134706.25,                  2026-02-03T16:05:06.250Z",
    "2026-02-03T01:02:03Z,           2026-02-03T01:02:03Z",
    "2026-02-03T01:02:03.000000004Z, 2026-02-03T01:02:03.000000004Z",
    "2026-02-03T01:02:03+02:00,      2026-02-02T23:02:03Z",
    "2026-02-03T01:02:03-02:00,      2026-02-03T03:02:03Z",
    "2026-02-03T01:02Z,              2026-02-03T01:02:00Z",
  })
  void timesAreDatesSecondsOrHowLongAgo(String text, Instant expected) throws Exception {
    assertThat(PointInTime.parse("--since", text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-02-03,          2026-02-03T00:00:00",
    "2026-02-03T01:02:03, 2026-02-03T01:02:03",
    "2026-02-03 01:02,    2026-02-03T01:02:00",
  })
  void withoutAZoneTheyAreTheCallers(String text, LocalDateTime expected) throws Exception {
    assertThat(PointInTime.parse("--since", text, NOW))
        .isEqualTo(expected.atZone(ZoneId.systemDefault()).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "m",
        "10x",
        "-10m",
        "yesterday",
        "2026-02-30",
        "2026-02-30T01:02:03Z",
        "2026-02-03T",
        "9999999999h",
        "999999999h",
        "99999999999",
        "T10m",
        "10m ",
        "1..5s",
        "1e3",
      })
  void othersAreNone(String text) {
    assertThatThrownBy(() -> PointInTime.parse("--since", text, NOW))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "--since '"
                + text
                + "' is no time; write how long ago, as in 10m, or a date and time, as in"
                + " 2026-02-03T16:05:06");
  }
}
