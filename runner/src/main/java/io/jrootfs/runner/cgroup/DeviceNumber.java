package io.jrootfs.runner.cgroup;

/**
 * Which device it is.
 *
 * @param major of the driver, 0 to 4095
 * @param minor of the device, 0 to 1048575
 */
public record DeviceNumber(int major, int minor) {
  /** {@code MINORBITS} of linux/kdev_t.h leaves 12 bits of 32. */
  static final int MAX_MAJOR = 0xfff;

  static final int MAX_MINOR = 0xf_ffff;

  /**
   * @throws IllegalArgumentException if a part is out of range
   */
  public DeviceNumber {
    if (major < 0 || major > MAX_MAJOR || minor < 0 || minor > MAX_MINOR) {
      throw new IllegalArgumentException("no device " + major + ":" + minor);
    }
  }

  /**
   * From {@code st_rdev} as Linux hands it out: 12 bits of major from bit 8, and the 20 of minor
   * around them ({@code new_encode_dev} of linux/kdev_t.h).
   */
  public static DeviceNumber ofRdev(long rdev) {
    return new DeviceNumber(
        (int) ((rdev >>> 8) & MAX_MAJOR), (int) ((rdev & 0xff) | ((rdev >>> 12) & 0xf_ff00)));
  }

  /** As the kernel writes it: {@code 8:0}. */
  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
