package io.jrootfs.builder.elf;

import java.nio.ByteBuffer;

/**
 * What one ELF file after the other is read into. Memory that is made anew for each, and cleared,
 * costs as much as reading; outside the heap the JDK need not copy what it read. Not thread-safe.
 */
final class ElfWindows {
  private final ByteBuffer head = ByteBuffer.allocateDirect(ElfInput.WINDOW);
  private final ByteBuffer one = ByteBuffer.allocateDirect(ElfInput.STRETCH);
  private final ByteBuffer another = ByteBuffer.allocateDirect(ElfInput.STRETCH);
  private final byte[] array = new byte[ElfInput.STRETCH];

  /** For the start of a file. */
  ByteBuffer head(int capacity) {
    return head.slice(0, capacity);
  }

  /** For what is elsewhere in it. */
  ByteBuffer one() {
    return one;
  }

  /** For what is elsewhere again. */
  ByteBuffer another() {
    return another;
  }

  /** For a copy of what one of them holds. */
  byte[] array() {
    return array;
  }
}
