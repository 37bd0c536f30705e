package io.jrootfs.runner.cgroup;

import java.util.Optional;

/** What can be seen of the cgroup file systems before anything is changed. */
public interface CgroupFiles {
  /** The text of a file without the line feed at its end; empty if it cannot be read. */
  Optional<String> text(String file);

  /** Whether a file can be read, whatever it says at the moment. */
  boolean isReadable(String file);

  /** Whether we may write a file, or make something in a directory. */
  boolean isWritable(String path);

  /** The block device that a host path leads to, as a whole disk; empty if it is none. */
  Optional<DeviceNumber> disk(String path);
}
