package io.jrootfs.builder.rootfs;

/** The same entry with other attributes: what {@link RootfsEntry#match} makes of one with this. */
public record WithMetadata(Metadata metadata)
    implements RootfsEntry.Cases<RootfsEntry, RuntimeException> {
  @Override
  public RootfsEntry directory(RootfsEntry.Directory directory) {
    return new RootfsEntry.Directory(directory.path(), metadata);
  }

  @Override
  public RootfsEntry regularFile(RootfsEntry.RegularFile file) {
    return new RootfsEntry.RegularFile(file.path(), metadata, file.content());
  }

  /** Linux has no mode of a link that anybody could change (symlink(7)). */
  @Override
  public RootfsEntry symlink(RootfsEntry.Symlink link) {
    return new RootfsEntry.Symlink(
        link.path(), metadata.withMode(link.metadata().mode()), link.target());
  }

  @Override
  public RootfsEntry hardLink(RootfsEntry.HardLink link) {
    return new RootfsEntry.HardLink(link.path(), metadata, link.target());
  }

  @Override
  public RootfsEntry device(RootfsEntry.Device device) {
    return new RootfsEntry.Device(
        device.path(), metadata, device.type(), device.major(), device.minor());
  }

  @Override
  public RootfsEntry fifo(RootfsEntry.Fifo fifo) {
    return new RootfsEntry.Fifo(fifo.path(), metadata);
  }
}
