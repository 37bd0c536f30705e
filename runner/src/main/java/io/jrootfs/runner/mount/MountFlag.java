package io.jrootfs.runner.mount;

/** Attributes of one mount (mount_setattr(2)). */
public enum MountFlag {
  READ_ONLY(0x1, "ro", "rw"),
  NOSUID(0x2, "nosuid", "suid"),
  NODEV(0x4, "nodev", "dev"),
  NOEXEC(0x8, "noexec", "exec");

  private final int attribute;
  private final String option;
  private final String opposite;

  MountFlag(int attribute, String option, String opposite) {
    this.attribute = attribute;
    this.option = option;
    this.opposite = opposite;
  }

  /** The {@code MOUNT_ATTR_*} bit of linux/mount.h. */
  public int attribute() {
    return attribute;
  }

  /** The word mount(8) has for it. */
  public String option() {
    return option;
  }

  /** The word for its absence. */
  public String opposite() {
    return opposite;
  }
}
