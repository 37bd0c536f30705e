package io.jrootfs.runner;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.runner.mount.DeviceArgument;
import io.jrootfs.runner.spec.Device;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** From the devices that the user wants to those the host has. */
final class HostDevices {
  /** linux/stat.h. */
  private static final int S_IFMT = 0170000;

  private static final int S_IFDIR = 0040000;
  private static final int S_IFCHR = 0020000;
  private static final int S_IFBLK = 0060000;

  /** In {@code /dev}, what every container has of its own or what holds no devices. */
  private static final ImmutableSet<String> PASSED_OVER =
      ImmutableSet.of("pts", "ptmx", "shm", "mqueue", "fd", "console", "core");

  private static final DeviceArgument ALL =
      new DeviceArgument("/dev", "/dev", "/dev", Device.EVERY_ACCESS);

  private final DeviceArgument argument;
  private final boolean usable;
  private final ImmutableList.Builder<Device> found = ImmutableList.builder();

  private HostDevices(DeviceArgument argument, boolean usable) {
    this.argument = argument;
    this.usable = usable;
  }

  /**
   * All devices of the host but those that have their path in the container already.
   *
   * @param usable whether to pass over those that the caller can neither read nor write
   */
  static ImmutableList<Device> others(ImmutableList<Device> devices, boolean usable)
      throws IOException {
    ImmutableSet<String> taken =
        devices.stream().map(Device::path).collect(ImmutableSet.toImmutableSet());
    HostDevices all = new HostDevices(ALL, usable);
    all.addAllIn(Path.of(ALL.source()), ALL.destination());
    return all.found.build().stream()
        .filter(device -> !taken.contains(device.path()))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * The device itself, or those in a directory and all below it.
   *
   * @throws HostSourceException if nothing is there, or no device
   */
  static ImmutableList<Device> of(DeviceArgument argument) throws HostSourceException, IOException {
    HostDevices devices = new HostDevices(argument, false);
    Path source = HostPath.real("device", argument.argument(), argument.source());
    int kind = (int) number(attributes(source), "mode") & S_IFMT;
    if (kind == S_IFDIR) {
      devices.addAllIn(source, argument.destination());
    } else {
      devices.add(source, argument.destination());
    }
    ImmutableList<Device> found = devices.found.build();
    if (found.isEmpty()) {
      throw new HostSourceException(
          "device",
          argument.argument(),
          "'"
              + argument.source()
              + (kind == S_IFDIR
                  ? "' holds no device"
                  : "' is no device; --volume shows any file of the host"));
    }
    return found;
  }

  private void addAllIn(Path directory, String destination) throws IOException {
    ImmutableSortedSet<Path> entries;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      entries = ImmutableSortedSet.copyOf(stream);
    }
    for (Path entry : entries) {
      String name = String.valueOf(entry.getFileName());
      String inside = destination + "/" + name;
      if ((destination.equals("/dev") && PASSED_OVER.contains(name))
          || (usable && !Files.isReadable(entry) && !Files.isWritable(entry))) {
        continue;
      }
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        addAllIn(entry, inside);
      } else {
        add(entry, inside);
      }
    }
  }

  /** Anything that is no device, or just gone, is passed over. */
  private void add(Path source, String destination) throws IOException {
    Map<String, Object> attributes;
    try {
      attributes = attributes(source);
    } catch (NoSuchFileException e) {
      return;
    }
    int mode = (int) number(attributes, "mode");
    Optional<Device.Type> type =
        switch (mode & S_IFMT) {
          case S_IFCHR -> Optional.of(Device.Type.CHARACTER);
          case S_IFBLK -> Optional.of(Device.Type.BLOCK);
          default -> Optional.empty();
        };
    if (type.isPresent()) {
      long number = number(attributes, "rdev");
      found.add(
          new Device(
              destination,
              type.get(),
              mode & 0777,
              (int) number(attributes, "uid"),
              (int) number(attributes, "gid"),
              // new_encode_dev of linux/kdev_t.h: 12 bits of major from bit 8, minor around them.
              (int) ((number >>> 8) & 0xfff),
              (int) ((number & 0xff) | ((number >>> 12) & 0xf_ff00)),
              argument.access(),
              source.toString()));
    }
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:mode,rdev,uid,gid", LinkOption.NOFOLLOW_LINKS);
  }

  /** The JDK gives the type with the name: int for all but the device's. */
  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name))).longValue();
  }
}
