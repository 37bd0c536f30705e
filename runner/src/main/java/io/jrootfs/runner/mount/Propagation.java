package io.jrootfs.runner.mount;

/**
 * Whether what is mounted below a mount shows at its other places (mount_namespaces(7)). It holds
 * for all that a bind takes along, so {@code rslave} and {@code slave} are one.
 */
public enum Propagation {
  /** Not at all. */
  PRIVATE(1 << 18, "private"),
  /** What the host mounts below the source later shows in the container. */
  SLAVE(1 << 19, "slave"),
  /** And what the container mounts shows on the host. */
  SHARED(1 << 20, "shared");

  private final int mountFlag;
  private final String word;

  Propagation(int mountFlag, String word) {
    this.mountFlag = mountFlag;
    this.word = word;
  }

  /** The {@code MS_*} flag of linux/mount.h, which mount_setattr(2) takes too. */
  public int mountFlag() {
    return mountFlag;
  }

  /** As users write it, with or without an {@code r} before it. */
  public String word() {
    return word;
  }
}
