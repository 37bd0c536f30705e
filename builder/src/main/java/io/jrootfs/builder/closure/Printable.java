package io.jrootfs.builder.closure;

import java.nio.charset.StandardCharsets;

/** File names may hold anything; what is printed must not steer a terminal or fake a line. */
final class Printable {
  private static final byte DELETE = 0x7f;

  /** None of these bits is set in U+0000 to U+001F and U+0080 to U+009F, one is in all others. */
  private static final byte C0_AND_C1 = 0x60;

  private Printable() {}

  static String of(String name) {
    // Almost every name is printable, and trees of thousands are printed.
    for (byte each : name.getBytes(StandardCharsets.ISO_8859_1)) {
      if (each == DELETE || (each & C0_AND_C1) == 0) {
        return escaped(name);
      }
    }
    return name;
  }

  private static String escaped(String name) {
    StringBuilder printable = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c)) {
        printable.append(String.format("\\x%02x", (int) c));
      } else {
        printable.append(c);
      }
    }
    return printable.toString();
  }
}
