package io.jrootfs.builder.inspect;

import java.util.Optional;

/**
 * One thing in which two images differ.
 *
 * @param subject what kind of thing
 * @param name which one: a path, property or package
 * @param aspect what of it, such as {@code mode}; empty for the thing as a whole
 * @param first what the first image has; absent if it has no such thing
 * @param second what the second image has; absent if it has no such thing
 */
public record Difference(
    Subject subject, String name, String aspect, Optional<String> first, Optional<String> second) {

  /** Of what things an image consists. */
  public enum Subject {
    CONFIGURATION("Configuration"),
    PACKAGE("Packages"),
    ENTRY("Entries");

    private final String heading;

    Subject(String heading) {
      this.heading = heading;
    }

    String heading() {
      return heading;
    }
  }
}
