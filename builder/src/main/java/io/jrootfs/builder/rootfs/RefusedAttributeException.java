package io.jrootfs.builder.rootfs;

import io.jrootfs.builder.text.Printable;
import java.io.IOException;

/**
 * An extended attribute has a value that the kernel takes for none, such as a file capability of a
 * wrong length (capabilities(7)): the fault is the tree's, not the place's that it is written to.
 */
public final class RefusedAttributeException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String attribute;

  /**
   * @param path what has the attribute
   * @param attribute its name
   * @param size of its value, in bytes
   */
  RefusedAttributeException(RootfsPath path, String attribute, long size, Throwable cause) {
    super(path + ": " + reason(attribute, size), cause);
    this.path = path.value();
    this.attribute = attribute;
  }

  private static String reason(String attribute, long size) {
    return "the kernel refuses the value of its extended attribute "
        + Printable.of(attribute)
        + ", "
        + Count.of(size, "byte")
        + ", as malformed (EINVAL)";
  }

  /** What has the attribute, in the tree. */
  public String path() {
    return path;
  }

  /** Its name. */
  public String attribute() {
    return attribute;
  }
}
