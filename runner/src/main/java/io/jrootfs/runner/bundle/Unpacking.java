package io.jrootfs.runner.bundle;

/** When an image is unpacked, and not mounted by an index of its layers. */
public enum Unpacking {
  /** If it cannot be mounted, or is small. */
  AUTO,
  /** In any case. */
  ALWAYS,
  /** Not at all: an image that cannot be mounted is not run. */
  NEVER
}
