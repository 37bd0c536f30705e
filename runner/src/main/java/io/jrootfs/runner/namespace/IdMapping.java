package io.jrootfs.runner.namespace;

/**
 * One line of {@code /proc/PID/uid_map} or {@code gid_map} (user_namespaces(7)).
 *
 * @param containerId first id inside the user namespace
 * @param hostId first id outside
 * @param size how many ids follow one another
 */
public record IdMapping(long containerId, long hostId, long size) {
  /** One past the greatest id: {@code (uid_t) -1} is nobody's. */
  private static final long END = 0xffff_ffffL;

  /**
   * @throws IllegalArgumentException if the mapping is empty or leaves the range of 32-bit ids
   */
  public IdMapping {
    if (containerId < 0
        || hostId < 0
        || size < 1
        || size > END
        || containerId > END - size
        || hostId > END - size) {
      throw new IllegalArgumentException(
          "id mapping out of range: " + containerId + " " + hostId + " " + size);
    }
  }

  /** Whether {@code id}, as seen inside, belongs to this line. */
  public boolean contains(long id) {
    return id >= containerId && id - containerId < size;
  }

  /** The line as the kernel reads it. */
  public String line() {
    return containerId + " " + hostId + " " + size + "\n";
  }
}
