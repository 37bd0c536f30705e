package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.cgroup.DeviceRule;
import io.jrootfs.runner.mount.Mount;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which devices a container has. */
final class DeviceRules {
  /** What every container's {@code /dev} has besides devices and directories. */
  private static final ImmutableSet<String> LINKS =
      ImmutableSet.of(
          "/dev/core", "/dev/fd", "/dev/ptmx", "/dev/stderr", "/dev/stdin", "/dev/stdout");

  private DeviceRules() {}

  /**
   * The defaults and the user's, whose own takes the place of a default.
   *
   * @throws SpecException if two of the user's have the same path, or one's access would have to be
   *     limited where nothing can limit it
   */
  static ImmutableList<Device> devices(FilesystemOverrides overrides, Isolation isolation)
      throws SpecException {
    Map<String, Device> byPath = new LinkedHashMap<>();
    for (Device device : overrides.devices()) {
      String subject = "device '" + CommandRules.printable(device.path()) + "'";
      if (byPath.put(device.path(), device) != null) {
        throw new SpecException(subject, "asked for twice; leave one of them out");
      }
      // Only a device cgroup can, and an ordinary user has none. The node's mode still counts.
      if (isolation.userNamespace() && !device.access().equals(Device.EVERY_ACCESS)) {
        throw new SpecException(
            subject,
            "an ordinary user cannot limit what a container does with a device; leave ':"
                + device.access()
                + "' out, or run jrun as root");
      }
    }
    ImmutableList.Builder<Device> devices = ImmutableList.builder();
    for (Device device : Device.DEFAULTS) {
      if (!byPath.containsKey(device.path())) {
        devices.add(device);
      }
    }
    return devices.addAll(byPath.values()).build();
  }

  /**
   * Devices are put into the container right after its {@code /dev}; what comes later could hide
   * them.
   *
   * @param mounts the container's, in order
   * @throws SpecException if one of the user's would not be seen
   */
  static void refuseHidden(
      ImmutableList<Device> devices, ImmutableList<Mount> mounts, boolean terminal)
      throws SpecException {
    for (Device device : devices) {
      String path = device.path();
      String subject = "device '" + CommandRules.printable(path) + "'";
      if (LINKS.contains(path)) {
        throw new SpecException(subject, "every container has a link there; give it another place");
      }
      if (terminal && path.equals("/dev/console")) {
        throw new SpecException(
            subject, "the container's terminal is there; leave one of them out");
      }
      boolean made = false;
      for (Mount mount : mounts) {
        if (made && MountRules.isAtOrBelow(path, mount.destination())) {
          throw new SpecException(
              subject,
              "would be hidden by what is mounted on "
                  + CommandRules.printable(mount.destination())
                  + "; give it another place");
        }
        made |= mount.destination().equals("/dev");
      }
    }
  }

  /** What the container's device cgroup has to allow besides the defaults. */
  static ImmutableList<DeviceRule> granted(FilesystemOverrides overrides) {
    return overrides.devices().stream()
        .map(
            device ->
                DeviceRule.single(
                    device.type().letter(), device.major(), device.minor(), device.access()))
        .collect(ImmutableList.toImmutableList());
  }
}
