package io.jrootfs.builder.rootfs;

/** What to call an entry in a message. */
public enum KindName implements RootfsEntry.Cases<String, RuntimeException> {
  INSTANCE;

  @Override
  public String directory(RootfsEntry.Directory directory) {
    return "directory";
  }

  @Override
  public String regularFile(RootfsEntry.RegularFile file) {
    return "file";
  }

  @Override
  public String symlink(RootfsEntry.Symlink link) {
    return "symbolic link to " + link.target();
  }

  @Override
  public String hardLink(RootfsEntry.HardLink link) {
    return "hard link to " + link.target();
  }

  @Override
  public String device(RootfsEntry.Device device) {
    return "device node";
  }

  @Override
  public String fifo(RootfsEntry.Fifo fifo) {
    return "FIFO";
  }
}
