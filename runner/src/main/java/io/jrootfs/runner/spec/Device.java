package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;

/**
 * A character device in the container (runtime-spec config-linux.md, Devices).
 *
 * @param path absolute, below {@code /dev}
 * @param fileMode permission bits
 * @param major device number, major part
 * @param minor device number, minor part
 */
public record Device(String path, int fileMode, int major, int minor) {
  /**
   * What every container has (runtime-spec config-linux.md, Default Devices; numbers from Linux's
   * admin-guide/devices.txt).
   */
  static final ImmutableList<Device> DEFAULTS =
      ImmutableList.of(
          new Device("/dev/null", 0666, 1, 3),
          new Device("/dev/zero", 0666, 1, 5),
          new Device("/dev/full", 0666, 1, 7),
          new Device("/dev/random", 0666, 1, 8),
          new Device("/dev/urandom", 0666, 1, 9),
          new Device("/dev/tty", 0666, 5, 0));
}
