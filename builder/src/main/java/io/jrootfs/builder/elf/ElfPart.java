package io.jrootfs.builder.elf;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file that was looked at, and may turn out to be malformed for whoever asks for it.
 * The rest of the file serves all the same: a loader that comes so far has taken the file.
 *
 * @param <T> what the part is
 */
public final class ElfPart<T> {
  private final @Nullable T value;
  private final @Nullable MalformedElfException fault;

  private ElfPart(@Nullable T value, @Nullable MalformedElfException fault) {
    this.value = value;
    this.fault = fault;
  }

  /** How a part is read. */
  interface Reading<T> {
    T read() throws IOException, MalformedElfException;
  }

  static <T> ElfPart<T> of(T value) {
    return new ElfPart<>(value, null);
  }

  static <T> ElfPart<T> reading(Reading<T> reading) throws IOException {
    try {
      return of(reading.read());
    } catch (MalformedElfException e) {
      return new ElfPart<>(null, e);
    }
  }

  /**
   * The part.
   *
   * @throws MalformedElfException if it breaks the format
   */
  public T get() throws MalformedElfException {
    if (value != null) {
      return value;
    }
    if (fault != null) {
      throw fault;
    }
    throw new IllegalStateException("neither read nor malformed");
  }
}
