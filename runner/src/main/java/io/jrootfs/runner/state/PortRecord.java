package io.jrootfs.runner.state;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a container is on the network, for people to see.
 *
 * @param addresses its own
 * @param ports of the host that are its own
 */
public record PortRecord(ImmutableList<String> addresses, ImmutableList<String> ports) {
  static final String FILE = "network";

  /** Of a container that is nowhere. */
  public static final PortRecord NONE = new PortRecord(ImmutableList.of(), ImmutableList.of());

  private static final Splitter LINES = Splitter.on('\n');
  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

  /** That of a container, by the directory of its record. */
  public static PortRecord read(Path directory) throws IOException {
    try {
      var lines = LINES.splitToList(SmallFile.text(directory.resolve(FILE)));
      return new PortRecord(
          ImmutableList.copyOf(WORDS.split(lines.get(0))),
          ImmutableList.copyOf(WORDS.split(lines.get(1))));
    } catch (NoSuchFileException e) {
      return NONE;
    }
  }

  String text() {
    return String.join(" ", addresses) + "\n" + String.join(" ", ports) + "\n";
  }
}
