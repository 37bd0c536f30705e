package io.jrootfs.builder.ldso;

/** An {@code ld.so.cache} that breaks its format. */
public final class MalformedLdSoCacheException extends LoaderException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String field;
  private final long offset;
  private final String reason;
  private final boolean isOfNoUse;

  private MalformedLdSoCacheException(
      String file, String field, long offset, String reason, boolean isOfNoUse) {
    super(
        file
            + ": "
            + field
            + " at offset "
            + offset
            + " "
            + reason
            + "; ldconfig -r writes the cache anew");
    this.file = file;
    this.field = field;
    this.offset = offset;
    this.reason = reason;
    this.isOfNoUse = isOfNoUse;
  }

  /** A cache that loaders do without. */
  static MalformedLdSoCacheException ofNoUse(
      String file, String field, long offset, String reason) {
    return new MalformedLdSoCacheException(file, field, offset, reason, /* isOfNoUse= */ true);
  }

  /** A cache that a loader might take, and we are not willing to read. */
  static MalformedLdSoCacheException tooMuch(
      String file, String field, long offset, String reason) {
    return new MalformedLdSoCacheException(file, field, offset, reason, /* isOfNoUse= */ false);
  }

  /** Whether loaders do as if the file were not there. */
  boolean isOfNoUse() {
    return isOfNoUse;
  }

  /** The cache as it was opened. */
  public String file() {
    return file;
  }

  /** The structure at fault. */
  public String field() {
    return field;
  }

  /** Bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /** What is wrong, as the end of a sentence. */
  public String reason() {
    return reason;
  }
}
