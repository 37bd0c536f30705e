package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.Closeable;
import java.io.IOException;

/** What everything else is put upon: a whole tree, on the disk as long as this is open. */
public interface Base extends Closeable {
  /** The tree. */
  Rootfs rootfs();

  /** How an image of it is run, as far as it says so itself; its machine it always says. */
  ImageConfig config();

  /** What it is, for messages. */
  String title();

  /** The words of a command line that asks for it. */
  String option();

  /** What an image of it alone is called. */
  ImageReference name();

  /**
   * The tree as files, to look for programs in; every file is ours, and what we may not make is
   * left out.
   *
   * @throws IOException if it cannot be written
   */
  Sysroot unpacked() throws IOException;
}
