package io.jrootfs.runner.cli;

import java.time.Duration;
import java.time.Instant;

/** Times as people say them. */
final class Ages {
  private Ages() {}

  /** Such as {@code 5 minutes ago}. */
  static String ago(Instant then, Instant now) {
    return age(then, now) + " ago";
  }

  /** Such as {@code 5 minutes}: in the largest unit of which there are two, or seconds. */
  static String age(Instant then, Instant now) {
    long seconds = Math.max(0, Duration.between(then, now).toSeconds());
    if (seconds < 120) {
      return seconds + (seconds == 1 ? " second" : " seconds");
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " minutes";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + " hours" : seconds / 86_400 + " days";
  }
}
