package io.jrootfs.runner.namespace;

/** The file in {@code ns:PATH}. */
final class NamespacePath {
  private NamespacePath() {}

  /** Only the launcher can tell whether it is one: it looks when it joins. */
  static String parse(String option, String text, Namespace kind) throws NamespaceSyntaxException {
    String path = text.substring("ns:".length());
    if (path.indexOf('\0') >= 0) {
      throw new NamespaceSyntaxException(option, text, "holds a NUL character");
    }
    if (!path.startsWith("/")) {
      throw new NamespaceSyntaxException(
          option, text, "the path must be absolute, such as ns:/proc/PID/ns/" + kind.procName());
    }
    return path;
  }
}
