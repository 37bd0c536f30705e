package io.jrootfs.builder.image;

import java.nio.file.Path;

/** A file or directory is not the image it was taken for, or not one that can be used. */
public final class ImageFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** In what way the image is unusable. */
  public enum Kind {
    /** Neither an image archive, an image layout nor a root filesystem. */
    NOT_AN_IMAGE,
    /** Bytes do not have the digest under which they are referred to. */
    DIGEST_MISMATCH,
    /** A blob is longer or shorter than its descriptor says. */
    SIZE_MISMATCH,
    /** A blob, member or document that is referred to does not exist. */
    MISSING,
    /** A document, tar or compressed stream breaks the rules of its format, or is cut off. */
    MALFORMED,
    /** Well-formed, but of a kind that cannot be read, such as an encrypted layer. */
    UNSUPPORTED,
    /** A name that would lead outside the image. */
    UNSAFE_NAME,
    /** The image holds several images and none is for the wanted platform. */
    NO_SUCH_PLATFORM,
    /** The image holds no image of the wanted name. */
    NO_SUCH_NAME
  }

  private final transient Path image;
  private final Kind kind;
  private final String subject;

  /**
   * @param image the archive, layout directory or tar
   * @param subject the blob, member or document inside it, possibly with a JSON path; empty when it
   *     is the image as a whole
   * @param reason what is wrong with it, and what was expected
   */
  public ImageFormatException(Path image, Kind kind, String subject, String reason) {
    super(image + ": " + (subject.isEmpty() ? "" : subject + ": ") + reason);
    this.image = image;
    this.kind = kind;
    this.subject = subject;
  }

  public Path image() {
    return image;
  }

  public Kind kind() {
    return kind;
  }

  /** What inside the image; empty for the image as a whole. */
  public String subject() {
    return subject;
  }
}
