package io.jrootfs.builder.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** A file being written, whose failures say which file: the JDK's own name none for a full disk. */
final class FileOutput extends OutputStream {
  private final Path file;
  private final FileChannel channel;

  private FileOutput(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Not buffered. */
  static FileOutput open(Path file, OpenOption... options) throws IOException {
    return open(file, file, options);
  }

  /**
   * Not buffered.
   *
   * @param named the file that failures of later writes name: the one that the user knows
   */
  static FileOutput open(Path file, Path named, OpenOption... options) throws IOException {
    return new FileOutput(named, FileChannel.open(file, options));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  /** Writes all that is left of {@code buffer}. */
  void write(ByteBuffer buffer) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw named("write", e);
    }
  }

  /**
   * Appends bytes of another file, which the kernel moves, or where the file system can, shares.
   *
   * @param count at most so many
   * @return how many; 0 where the other file ends
   */
  long transfer(FileChannel in, long offset, long count) throws IOException {
    try {
      return in.transferTo(offset, count, channel);
    } catch (IOException e) {
      throw named("write", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } catch (IOException e) {
      throw named("close", e);
    }
  }

  private FileSystemException named(String operation, IOException cause) {
    FileSystemException named =
        new FileSystemException(file.toString(), null, operation + ": " + cause.getMessage());
    named.initCause(cause);
    return named;
  }
}
