package io.jrootfs.builder.rootfs;

/** One name in a root filesystem. */
public sealed interface RootfsEntry {
  RootfsPath path();

  /**
   * Owner, mode, time and extended attributes. A hard link shares those of its target and answers
   * with the same value.
   */
  Metadata metadata();

  /** Every consumer handles every kind: adding a kind breaks the build, not the image. */
  <R, E extends Exception> R match(Cases<R, E> cases) throws E;

  record Directory(RootfsPath path, Metadata metadata) implements RootfsEntry {
    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.directory(this);
    }
  }

  record RegularFile(RootfsPath path, Metadata metadata, FileContent content)
      implements RootfsEntry {
    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.regularFile(this);
    }
  }

  /**
   * A symbolic link.
   *
   * @param target the link's text, verbatim; never empty
   */
  record Symlink(RootfsPath path, Metadata metadata, String target) implements RootfsEntry {
    public Symlink {
      if (target.isEmpty()
          || target.indexOf('\0') >= 0
          || RootfsPath.hasUnpairedSurrogate(target)) {
        throw new IllegalArgumentException(path + ": a symbolic link needs a target in UTF-8");
      }
    }

    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.symlink(this);
    }
  }

  /**
   * Another name of a file that is not a directory.
   *
   * @param target the first of the file's names in path order, which holds the content
   */
  record HardLink(RootfsPath path, Metadata metadata, RootfsPath target) implements RootfsEntry {
    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.hardLink(this);
    }
  }

  /**
   * A device node.
   *
   * @param major 0 to 4095, {@code MAJOR(dev)}
   * @param minor 0 to 1048575, {@code MINOR(dev)}
   */
  record Device(RootfsPath path, Metadata metadata, Type type, int major, int minor)
      implements RootfsEntry {
    /** Which kind of device node. */
    public enum Type {
      CHARACTER,
      BLOCK
    }

    /** Linux's {@code dev_t}: 12 bits of major, 20 bits of minor (makedev(3)). */
    public Device {
      if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
        throw new IllegalArgumentException(
            path + ": device number " + major + ":" + minor + " out of range");
      }
    }

    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.device(this);
    }
  }

  record Fifo(RootfsPath path, Metadata metadata) implements RootfsEntry {
    @Override
    public <R, E extends Exception> R match(Cases<R, E> cases) throws E {
      return cases.fifo(this);
    }
  }

  /** One method a kind; {@code E} is what they may throw. */
  interface Cases<R, E extends Exception> {
    R directory(Directory directory) throws E;

    R regularFile(RegularFile file) throws E;

    R symlink(Symlink link) throws E;

    R hardLink(HardLink link) throws E;

    R device(Device device) throws E;

    R fifo(Fifo fifo) throws E;
  }
}
