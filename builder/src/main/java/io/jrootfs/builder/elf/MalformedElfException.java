package io.jrootfs.builder.elf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file that starts as ELF and then breaks the format. The fault lies in the file. */
public final class MalformedElfException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final String field;
  private final long offset;
  private final String reason;
  private final transient @Nullable ElfHeader header;

  MalformedElfException(
      String file, String field, long offset, String reason, @Nullable ElfHeader header) {
    super(file + ": " + field + " at offset " + Long.toUnsignedString(offset) + " " + reason);
    this.file = file;
    this.field = field;
    this.offset = offset;
    this.reason = reason;
    this.header = header;
  }

  /** The file as it was opened. */
  public String file() {
    return file;
  }

  /** The structure at fault, in the specification's words. */
  public String field() {
    return field;
  }

  /** Where it stands or claims to stand: bytes from the start of the file, unsigned. */
  public long offset() {
    return offset;
  }

  /** What is wrong with it, as the end of a sentence. */
  public String reason() {
    return reason;
  }

  /** The fault as the end of a sentence that starts with the file. */
  public String complaint() {
    return "is malformed: " + field + " at offset " + Long.toUnsignedString(offset) + " " + reason;
  }

  /** The ELF header, if the fault lies behind it. */
  public Optional<ElfHeader> header() {
    return Optional.ofNullable(header);
  }
}
