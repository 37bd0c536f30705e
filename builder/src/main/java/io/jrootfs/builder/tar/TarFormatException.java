package io.jrootfs.builder.tar;

import java.nio.file.Path;

/** An archive is no tar, is damaged, or holds something we refuse to take from it. */
public final class TarFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String archive;
  private final long offset;
  private final String name;
  private final String reason;

  /**
   * @param archive the file the tar lies in
   * @param offset of the header in question, in bytes from the start of that file
   * @param name the entry as the archive names it; empty when it is not known
   * @param reason what is wrong, in words that follow a colon
   */
  public TarFormatException(Path archive, long offset, String name, String reason) {
    super(
        archive
            + ": tar entry "
            + (name.isEmpty() ? "" : "'" + Excerpt.of(name) + "' ")
            + "at byte "
            + offset
            + ": "
            + reason);
    this.archive = archive.toString();
    this.offset = offset;
    this.name = name;
    this.reason = reason;
  }

  /** The file the tar lies in. */
  public String archive() {
    return archive;
  }

  /** Where the entry's header is, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /** The entry as the archive names it; empty when it is not known. */
  public String name() {
    return name;
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }
}
