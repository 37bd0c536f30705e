package io.jrootfs.builder.registry;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes no more than was announced: a registry must not fill the disk. */
final class BoundedOutputStream extends FilterOutputStream {
  private final long size;
  private final String registry;
  private long left;

  BoundedOutputStream(OutputStream out, long size, String registry) {
    super(out);
    this.size = size;
    this.left = size;
    this.registry = registry;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > left) {
      throw new RegistryAccessException(
          registry, "sent a blob of more than the " + size + " bytes that its descriptor says");
    }
    out.write(bytes, offset, length);
    left -= length;
  }
}
