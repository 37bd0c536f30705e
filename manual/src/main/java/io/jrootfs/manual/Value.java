package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;

/**
 * What is written behind an option, or as an argument.
 *
 * @param label as the help calls it, such as {@code SRC[:DEST]}
 * @param kind what a shell can offer for it
 * @param words those that are offered, of {@link Kind#WORDS}
 * @param separated whether several can be given in one, separated by commas
 */
record Value(String label, Kind kind, ImmutableList<String> words, boolean separated) {
  /** What a shell can offer. */
  enum Kind {
    /** Nothing: a number, a new name. */
    FREE,
    FILE,
    DIRECTORY,
    /** A few words that there are. */
    WORDS,
    /** A container that there is, whether it runs or has ended. */
    CONTAINER,
    /** A container that runs, or is paused. */
    LIVING
  }
}
