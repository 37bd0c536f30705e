package io.jrootfs.builder.elf;

import io.jrootfs.builder.text.FileNames;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bounded reads from one ELF file. Every read names the structure it is for, so that a read outside
 * the file becomes an error that says which one lied. Memory use is a window and two stretches,
 * whatever the file claims.
 */
final class ElfInput {
  /** In most files the first one holds everything but the dynamic section, which the next does. */
  static final int WINDOW = 16384;

  /** What is read at a time of a table that is gone through from start to end. */
  static final int STRETCH = 65536;

  /** Names may overlap in the string table, so their number does not bound their sum. */
  private static final int MAX_NAME_BYTES = 1 << 20;

  /** For those who want the names of all symbols, which in C++ are long. */
  static final int MAX_SYMBOL_NAME_BYTES = 64 << 20;

  private static final int NAME_CHUNK = 64;

  private final String file;
  private final SeekableByteChannel channel;
  private final int maxNameBytes;
  private final long size;

  /** The start of the file stays: the tables there are gone back to. */
  private final ByteBuffer head;

  /** Two, for many tables are lists of records with names elsewhere. */
  private Window recent;

  private Window other;
  private byte[] array;
  private int nameBytes;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private @Nullable ElfHeader header;

  ElfInput(String file, SeekableByteChannel channel) throws IOException {
    this(file, channel, MAX_NAME_BYTES);
  }

  /**
   * Input from a channel.
   *
   * @param maxNameBytes how long all names together may be
   */
  ElfInput(String file, SeekableByteChannel channel, int maxNameBytes) throws IOException {
    this.maxNameBytes = maxNameBytes;
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.head = ByteBuffer.allocate((int) Math.min(WINDOW, size)).limit(0);
    this.recent = new Window(ByteBuffer.allocate(0));
    this.other = new Window(ByteBuffer.allocate(0));
    this.array = new byte[0];
  }

  /**
   * Input from a channel into windows that are there; nobody else reads into them meanwhile.
   *
   * @param size in bytes; if the file has fewer by now, reading fails
   */
  ElfInput(String file, SeekableByteChannel channel, long size, ElfWindows windows) {
    this.maxNameBytes = MAX_NAME_BYTES;
    this.file = file;
    this.channel = channel;
    this.size = size;
    this.head = windows.head((int) Math.min(WINDOW, size)).limit(0);
    this.recent = new Window(windows.one());
    this.other = new Window(windows.another());
    this.array = windows.array();
  }

  /** A part of the file. */
  private static final class Window {
    private ByteBuffer bytes;
    private long offset;

    Window(ByteBuffer bytes) {
      this.bytes = bytes.limit(0);
    }

    boolean holds(long from, int length) {
      return from >= offset && from + length <= offset + bytes.limit();
    }

    /** The memory for what comes next. */
    ByteBuffer room(int size) {
      if (bytes.capacity() < size) {
        bytes = ByteBuffer.allocate(size);
      }
      return bytes.clear().limit(size);
    }
  }

  long size() {
    return size;
  }

  void setOrder(ByteOrder order) {
    this.order = order;
  }

  /** What errors from now on carry. */
  void setHeader(ElfHeader header) {
    this.header = header;
  }

  MalformedElfException malformed(String field, long offset, String reason) {
    return new MalformedElfException(file, field, offset, reason, header);
  }

  /**
   * Refuses a structure that is not inside the file.
   *
   * @param offset unsigned, as the file says
   * @param length unsigned, as the file says
   */
  void requireInside(String field, long offset, long length) throws MalformedElfException {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw malformed(field, offset, "ends past end of file (size " + size + ")");
    }
  }

  /**
   * The bytes at {@code offset} in the file's byte order; valid until the next read. What follows
   * them is read as well, for it is probably asked for next.
   *
   * @param length {@link #WINDOW} at most
   */
  ByteBuffer at(String field, long offset, int length) throws IOException, MalformedElfException {
    return read(field, offset, length, WINDOW);
  }

  /**
   * The same for a whole table, or a stretch of one, behind which nothing is of interest.
   *
   * @param length {@link #STRETCH} at most
   */
  ByteBuffer table(String field, long offset, int length)
      throws IOException, MalformedElfException {
    return read(field, offset, length, length);
  }

  /**
   * The same in an array, whose elements code that is not compiled yet gets at many times faster;
   * valid until the next call.
   *
   * @return an array in which the bytes come first
   */
  byte[] array(String field, long offset, int length) throws IOException, MalformedElfException {
    ByteBuffer bytes = table(field, offset, length);
    if (array.length < length) {
      array = new byte[length];
    }
    bytes.get(array, 0, length);
    return array;
  }

  /** The unsigned 32-bit word that stands in such an array. */
  long word(byte[] bytes, int at) {
    int word =
        (bytes[at] & 0xff)
            | (bytes[at + 1] & 0xff) << 8
            | (bytes[at + 2] & 0xff) << 16
            | bytes[at + 3] << 24;
    return Integer.toUnsignedLong(
        order == ByteOrder.LITTLE_ENDIAN ? word : Integer.reverseBytes(word));
  }

  private ByteBuffer read(String field, long offset, int length, int wanted)
      throws IOException, MalformedElfException {
    requireInside(field, offset, length);
    if (offset + length <= head.capacity()) {
      if (head.limit() == 0) {
        fill(head.clear(), 0);
      }
      return head.slice((int) offset, length).order(order);
    }
    if (!recent.holds(offset, length)) {
      Window before = recent;
      recent = other;
      other = before;
    }
    if (!recent.holds(offset, length)) {
      // Near the end there may be less than a window.
      recent.offset = Math.min(offset, size - wanted);
      fill(recent.room(wanted), recent.offset);
    }
    return recent.bytes.slice((int) (offset - recent.offset), length).order(order);
  }

  /**
   * A copy of the bytes at {@code offset} in the file's byte order.
   *
   * @param length bounded by the caller
   */
  ByteBuffer copy(String field, long offset, int length) throws IOException, MalformedElfException {
    ByteBuffer copy = ByteBuffer.allocate(length);
    for (int done = 0; done < length; done += WINDOW) {
      copy.put(at(field, offset + done, Math.min(WINDOW, length - done)));
    }
    return copy.flip().order(order);
  }

  private void fill(ByteBuffer buffer, long offset) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        if (read(buffer, offset + buffer.position()) < 0) {
          throw new EOFException("it became shorter while being read");
        }
      }
    } catch (IOException e) {
      buffer.limit(0);
      throw new IOException("cannot read " + file + " at offset " + offset + ": " + e, e);
    }
    buffer.flip();
  }

  private int read(ByteBuffer buffer, long offset) throws IOException {
    // One system call instead of two.
    return channel instanceof FileChannel positioned
        ? positioned.read(buffer, offset)
        : channel.position(offset).read(buffer);
  }

  /**
   * The text at {@code offset} up to its NUL.
   *
   * @param limit how many bytes there are for text and NUL
   */
  String name(String field, long offset, long limit) throws IOException, MalformedElfException {
    requireInside(field, offset, limit);
    byte[] text = new byte[NAME_CHUNK];
    int length = 0;
    for (long done = 0; done < limit; done += NAME_CHUNK) {
      int some = (int) Math.min(NAME_CHUNK, limit - done);
      if (text.length < length + some) {
        text = Arrays.copyOf(text, 2 * text.length);
      }
      at(field, offset + done, some).get(text, length, some);
      for (int end = length + some; length < end; length++) {
        if (text[length] == 0) {
          return FileNames.decode(text, 0, length);
        }
        if (++nameBytes > maxNameBytes) {
          throw malformed(
              field,
              offset,
              "makes the names of this file exceed " + (maxNameBytes >> 20) + " MiB");
        }
      }
    }
    throw malformed(field, offset, "has no terminating NUL within its " + limit + " bytes");
  }
}
