package io.jrootfs.runner.state;

import java.io.IOException;
import java.util.Optional;

/**
 * A process as one names it to others who may be elsewhere.
 *
 * @param process by the numbers of its space
 * @param space where they mean something
 */
public record PlacedProcess(ProcessIdentity process, ProcessSpace space) {
  /**
   * The process that has a number here now.
   *
   * @throws IOException if none has
   */
  public static PlacedProcess of(long pid) throws IOException {
    return new PlacedProcess(ProcessIdentity.of(pid), ProcessSpace.here());
  }

  /** One line that {@link #mayLive} reads. */
  public String text() {
    return process.pid() + " " + process.start() + " " + space.text(' ');
  }

  /** Whether it is there, or somewhere where it cannot be seen from here. */
  public static boolean mayLive(String text) {
    String[] words = text.strip().split(" ", 3);
    if (words.length < 3) {
      return false; // its writer was killed before it could name anybody
    }
    try {
      ProcessIdentity process = ProcessIdentity.parse(text, 0);
      Optional<ProcessSpace> space = ProcessSpace.parse(words[2], ' ');
      return space.isEmpty()
          || switch (space.get().relation(ProcessSpace.here())) {
            case SAME -> process.isAlive();
            case PAST -> false;
            case ELSEWHERE -> true;
          };
    } catch (IOException e) {
      return true; // nothing that we have written
    }
  }
}
