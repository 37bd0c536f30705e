package io.jrootfs.runner.mount;

/** Attributes of one mount (mount_setattr(2)). */
public enum MountFlag {
  READ_ONLY(0x1, "ro"),
  NOSUID(0x2, "nosuid"),
  NODEV(0x4, "nodev"),
  NOEXEC(0x8, "noexec");

  private final int attribute;
  private final String option;

  MountFlag(int attribute, String option) {
    this.attribute = attribute;
    this.option = option;
  }

  /** The {@code MOUNT_ATTR_*} bit of linux/mount.h. */
  public int attribute() {
    return attribute;
  }

  /** The word mount(8) has for it. */
  public String option() {
    return option;
  }
}
