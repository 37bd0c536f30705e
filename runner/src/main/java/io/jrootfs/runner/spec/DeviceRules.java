package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.cgroup.DeviceRule;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which devices a container has. */
final class DeviceRules {
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
