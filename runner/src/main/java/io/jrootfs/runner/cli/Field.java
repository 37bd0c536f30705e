package io.jrootfs.runner.cli;

import java.io.IOException;

/**
 * Something that a {@link FormatTemplate} can tell.
 *
 * @param heading of its column in a table
 * @param reader looks it up
 */
record Field<T>(String heading, Reader<T> reader) {
  /** Looks something up. */
  @FunctionalInterface
  interface Reader<T> {
    /**
     * Reads it of one thing.
     *
     * @throws IOException if it cannot be read
     */
    String of(T value) throws IOException;
  }
}
