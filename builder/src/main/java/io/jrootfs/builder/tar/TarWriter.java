package io.jrootfs.builder.tar;

import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes a rootfs as one tar stream; equal trees give equal bytes.
 *
 * <p>Entries come in path order, so parents before children and a hard link after its target. Names
 * are relative ({@code usr/bin/ls}), directories end with a slash, and the root directory is {@code
 * ./}, so that its mode and owner are kept. Owners are numbers without names, times are whole
 * seconds, and there is a PAX block only where a ustar header cannot say it. The archive ends with
 * two zero blocks and no further padding.
 */
public final class TarWriter {
  private static final byte[] ZEROS = new byte[2 * HeaderField.BLOCK_SIZE];

  private final long sourceDate;

  /** Most files fit, and are one read and one write. */
  private final byte[] buffer = new byte[128 << 10];

  /**
   * @param sourceDate no entry is dated later: seconds since the epoch
   */
  public TarWriter(long sourceDate) {
    this.sourceDate = sourceDate;
  }

  /**
   * Writes all of {@code rootfs}, in many small pieces; does not close or flush {@code out}.
   *
   * @throws IOException if a file's content cannot be read, or has another size than promised, or
   *     {@code out} fails
   */
  public void write(Rootfs rootfs, OutputStream out) throws IOException {
    HeaderCases headers = new HeaderCases(sourceDate);
    for (RootfsEntry entry : rootfs.all()) {
      out.write(entry.match(headers));
      if (entry instanceof RootfsEntry.RegularFile file) {
        writeContent(file, out);
      }
    }
    out.write(ZEROS);
  }

  private void writeContent(RootfsEntry.RegularFile file, OutputStream out) throws IOException {
    long size = file.content().size();
    try (InputStream in = file.content().open()) {
      long copied = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        copied += count;
      }
      if (copied != size) {
        throw new IOException(
            file.path() + ": has " + copied + " bytes where " + size + " were promised");
      }
    }
    out.write(ZEROS, 0, (int) (HeaderField.padded(size) - size));
  }

  /** Header blocks of each kind of entry. */
  private record HeaderCases(long sourceDate)
      implements RootfsEntry.Cases<byte[], RuntimeException> {

    @Override
    public byte[] directory(RootfsEntry.Directory directory) {
      String name = directory.path().isRoot() ? "./" : directory.path().relative() + "/";
      return started(TypeFlag.DIRECTORY, name, directory.metadata()).bytes();
    }

    @Override
    public byte[] regularFile(RootfsEntry.RegularFile file) {
      return started(TypeFlag.REGULAR, file.path().relative(), file.metadata())
          .size(file.content().size())
          .bytes();
    }

    @Override
    public byte[] symlink(RootfsEntry.Symlink link) {
      return started(TypeFlag.SYMLINK, link.path().relative(), link.metadata())
          .linkName(link.target())
          .bytes();
    }

    /** Without extended attributes: those are the file's, and its first entry carries them. */
    @Override
    public byte[] hardLink(RootfsEntry.HardLink link) {
      return new HeaderWriter(TypeFlag.HARD_LINK, link.path().relative())
          .metadata(clamped(link.metadata()))
          .linkName(link.target().relative())
          .bytes();
    }

    @Override
    public byte[] device(RootfsEntry.Device device) {
      char type =
          device.type() == RootfsEntry.Device.Type.CHARACTER
              ? TypeFlag.CHARACTER_DEVICE
              : TypeFlag.BLOCK_DEVICE;
      return started(type, device.path().relative(), device.metadata())
          .device(device.major(), device.minor())
          .bytes();
    }

    @Override
    public byte[] fifo(RootfsEntry.Fifo fifo) {
      return started(TypeFlag.FIFO, fifo.path().relative(), fifo.metadata()).bytes();
    }

    private HeaderWriter started(char type, String name, Metadata metadata) {
      return new HeaderWriter(type, name).metadata(clamped(metadata)).xattrs(metadata.xattrs());
    }

    private Metadata clamped(Metadata metadata) {
      return metadata.withMtime(Math.min(metadata.mtime(), sourceDate));
    }
  }
}
