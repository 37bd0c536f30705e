package io.jrootfs.runner.bundle;

/** When an image is unpacked, and not mounted by an index of its layers. */
public enum Unpacking {
  /** If it cannot be mounted, or is small. */
  AUTO,
  /** In any case. */
  ALWAYS,
  /** Not at all: an image that cannot be mounted is not run. */
  NEVER,
  /**
   * Nor is anything copied: the layers are mounted out of the image's own file. An image that
   * cannot be mounted so is not run.
   */
  IN_PLACE
}
