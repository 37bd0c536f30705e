package io.jrootfs.runner.network;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;

/**
 * What has gone through the interfaces of a network namespace, the loopback excepted.
 *
 * @param received bytes
 * @param sent bytes
 */
public record Traffic(long received, long sent) {
  private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
  private static final Splitter COLUMNS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

  /** Behind the name, the first of eight columns received and of eight sent. */
  private static final int RECEIVED = 0;

  private static final int SENT = 8;

  /**
   * Reads {@code /proc/PID/net/dev} (proc(5)).
   *
   * @param table two lines of headings, then one for each interface
   */
  public static Traffic parse(String table) {
    long received = 0;
    long sent = 0;
    for (String line : LINES.split(table)) {
      int colon = line.lastIndexOf(':');
      if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
        continue;
      }
      List<String> columns = COLUMNS.splitToList(line.substring(colon + 1));
      received += Long.parseUnsignedLong(columns.get(RECEIVED));
      sent += Long.parseUnsignedLong(columns.get(SENT));
    }
    return new Traffic(received, sent);
  }
}
