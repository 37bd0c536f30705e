package io.jrootfs.runner.state;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A line, or a part of one, that a container has said: the format of Kubernetes' container runtimes
 * (kubernetes/design-proposals-archive, node/kubelet-cri-logging.md).
 *
 * @param time when, as it stands in the log (RFC 3339)
 * @param isError whether on standard error
 * @param isWhole whether the line ends here
 * @param text without the line's end
 */
public record LogEntry(String time, boolean isError, boolean isWhole, String text) {
  /**
   * Whether it was said before {@code moment}; not if nobody knows, as of a line whose time stands
   * behind a part of another's, for which there was no room.
   */
  boolean isBefore(Instant moment) {
    try {
      return !moment.equals(Instant.MIN) && Instant.parse(time).isBefore(moment);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  /** Reads a line; empty if it is none of a log, such as one that is only half there. */
  static Optional<LogEntry> parse(String line) {
    String[] words = line.split(" ", 4);
    return words.length < 4
        ? Optional.empty()
        : Optional.of(
            new LogEntry(words[0], words[1].equals("stderr"), words[2].equals("F"), words[3]));
  }
}
