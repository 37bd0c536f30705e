package io.jrootfs.runner.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The cgroup file systems of the machine that we run on. */
public final class HostCgroupFiles implements CgroupFiles {
  private static final int S_IFMT = 0170000;
  private static final int S_IFBLK = 0060000;

  @Override
  public Optional<String> text(String file) {
    try {
      return Optional.of(Files.readString(Path.of(file)).stripTrailing());
    } catch (IOException e) {
      // Which files there are and who may read them is what we are asked.
      return Optional.empty();
    }
  }

  @Override
  public boolean isReadable(String file) {
    return Files.isReadable(Path.of(file));
  }

  @Override
  public boolean isWritable(String path) {
    return Files.isWritable(Path.of(path));
  }

  @Override
  public Optional<DeviceNumber> disk(String path) {
    try {
      Path device = Path.of(path);
      int mode = (Integer) Files.getAttribute(device, "unix:mode");
      if ((mode & S_IFMT) != S_IFBLK) {
        return Optional.empty();
      }
      DeviceNumber number = DeviceNumber.ofRdev((Long) Files.getAttribute(device, "unix:rdev"));
      // A partition's directory is in its disk's; limits are kept for disks only (sysfs(5)).
      Path directory = Path.of("/sys/dev/block/" + number).toRealPath();
      if (!Files.exists(directory.resolve("partition"))) {
        return Optional.of(number);
      }
      String[] parts = Files.readString(directory.resolveSibling("dev")).strip().split(":", -1);
      return Optional.of(new DeviceNumber(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }
}
