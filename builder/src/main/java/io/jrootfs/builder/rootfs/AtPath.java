package io.jrootfs.builder.rootfs;

/** The same entry somewhere else: what {@link RootfsEntry#match} makes of one with this. */
public record AtPath(RootfsPath path) implements RootfsEntry.Cases<RootfsEntry, RuntimeException> {
  @Override
  public RootfsEntry directory(RootfsEntry.Directory directory) {
    return new RootfsEntry.Directory(path, directory.metadata());
  }

  @Override
  public RootfsEntry regularFile(RootfsEntry.RegularFile file) {
    return new RootfsEntry.RegularFile(path, file.metadata(), file.content());
  }

  @Override
  public RootfsEntry symlink(RootfsEntry.Symlink link) {
    return new RootfsEntry.Symlink(path, link.metadata(), link.target());
  }

  @Override
  public RootfsEntry hardLink(RootfsEntry.HardLink link) {
    return new RootfsEntry.HardLink(path, link.metadata(), link.target());
  }

  @Override
  public RootfsEntry device(RootfsEntry.Device device) {
    return new RootfsEntry.Device(
        path, device.metadata(), device.type(), device.major(), device.minor());
  }

  @Override
  public RootfsEntry fifo(RootfsEntry.Fifo fifo) {
    return new RootfsEntry.Fifo(path, fifo.metadata());
  }
}
