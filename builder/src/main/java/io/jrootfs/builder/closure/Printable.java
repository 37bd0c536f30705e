package io.jrootfs.builder.closure;

import io.jrootfs.builder.posix.FileNames;
import java.nio.charset.StandardCharsets;

/** File names may hold anything; what is printed must not steer a terminal or fake a line. */
final class Printable {
  private static final byte DELETE = 0x7f;

  /** None of these bits is set in U+0000 to U+001F and U+0080 to U+009F, one is in all others. */
  private static final byte C0_AND_C1 = 0x60;

  /** What becomes of the rest in ISO 8859-1: other letters, and bytes that are none. */
  private static final byte UNMAPPABLE = '?';

  private Printable() {}

  static String of(String name) {
    // Almost every name is printable, and trees of thousands are printed.
    for (byte each : name.getBytes(StandardCharsets.ISO_8859_1)) {
      if (each == DELETE || (each & C0_AND_C1) == 0 || each == UNMAPPABLE) {
        return FileNames.printable(name);
      }
    }
    return name;
  }
}
