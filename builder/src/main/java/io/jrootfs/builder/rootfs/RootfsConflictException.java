package io.jrootfs.builder.rootfs;

/** Two sources claim one path of the rootfs for different things. */
public final class RootfsConflictException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String firstSource;
  private final String secondSource;

  /**
   * @param path in the rootfs
   * @param first what is there and where it came from
   * @param second what was to be put there and where it came from
   * @param advice what to do about it, with what stands before it; or nothing
   */
  RootfsConflictException(RootfsPath path, Claim first, Claim second, String advice) {
    super(
        path
            + ": "
            + second.what()
            + " from "
            + second.source()
            + " cannot replace the "
            + first.what()
            + " from "
            + first.source()
            + advice);
    this.path = path.value();
    this.firstSource = first.source();
    this.secondSource = second.source();
  }

  /** In the rootfs. */
  public String path() {
    return path;
  }

  /** Where the one that was there first came from. */
  public String firstSource() {
    return firstSource;
  }

  /** Where the one that was to be put there came from. */
  public String secondSource() {
    return secondSource;
  }

  /**
   * One of the two.
   *
   * @param what kind of file, such as "directory"
   * @param source the file or program it was copied from
   */
  record Claim(String what, String source) {}
}
