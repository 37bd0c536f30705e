package io.jrootfs.builder.sbom;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** What tells one document from all others, and is the same for the same image. */
final class SerialNumber {
  private SerialNumber() {}

  /**
   * A UUID from a name (RFC 9562, version 3).
   *
   * @param format two documents about one image are two documents
   */
  static UUID of(String format, Inventory.Subject subject) {
    String name = format + " " + subject.name() + " " + subject.digest();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
