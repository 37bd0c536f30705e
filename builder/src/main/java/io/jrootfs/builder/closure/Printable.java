package io.jrootfs.builder.closure;

/** File names may hold anything; what is printed must not steer a terminal or fake a line. */
final class Printable {
  private Printable() {}

  static String of(String name) {
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
