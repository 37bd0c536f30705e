package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.regex.Pattern;

/**
 * A device in the container (runtime-spec config-linux.md, Devices and Allowed Device list).
 *
 * @param path container path of its node
 * @param type the kind of device
 * @param fileMode permission bits of the node
 * @param uid owner of the node
 * @param gid group of the node
 * @param major device number, major part, 0 to 4095
 * @param minor device number, minor part, 0 to 1048575
 * @param access what the container's device cgroup is to allow for it: {@code r}, {@code w}, {@code
 *     m} for making a node, in this order
 * @param source host path of a node of the same device, which is bound where no node can be made
 */
public record Device(
    String path,
    Type type,
    int fileMode,
    int uid,
    int gid,
    int major,
    int minor,
    String access,
    String source) {

  /** The kinds of device. */
  public enum Type {
    BLOCK('b'),
    CHARACTER('c');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }

    /** As mknod(1) and the device cgroup have it. */
    public char letter() {
      return letter;
    }
  }

  /** All that can be done with a device. */
  public static final String EVERY_ACCESS = "rwm";

  private static final Pattern ACCESS = Pattern.compile("r?w?m?");

  /**
   * What every container has (runtime-spec config-linux.md, Default Devices; numbers from Linux's
   * admin-guide/devices.txt).
   */
  static final ImmutableList<Device> DEFAULTS =
      ImmutableList.of(
          everybodys("/dev/null", 1, 3),
          everybodys("/dev/zero", 1, 5),
          everybodys("/dev/full", 1, 7),
          everybodys("/dev/random", 1, 8),
          everybodys("/dev/urandom", 1, 9),
          everybodys("/dev/tty", 5, 0));

  /**
   * @throws IllegalArgumentException if the access is not made of r, w and m in this order
   */
  public Device {
    if (access.isEmpty() || !ACCESS.matcher(access).matches()) {
      throw new IllegalArgumentException("device access '" + access + "'");
    }
  }

  private static Device everybodys(String path, int major, int minor) {
    return new Device(path, Type.CHARACTER, 0666, 0, 0, major, minor, EVERY_ACCESS, path);
  }
}
