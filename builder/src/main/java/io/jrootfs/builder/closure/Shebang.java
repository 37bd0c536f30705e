package io.jrootfs.builder.closure;

import io.jrootfs.builder.text.FileNames;
import java.util.Optional;

/**
 * The first line of a script, cut up as the kernel does it (Linux, fs/binfmt_script.c).
 *
 * @param interpreter the path after {@code #!}
 * @param argument the rest of the line, one single argument however many words it has
 */
record Shebang(String interpreter, Optional<String> argument) {
  /** As much as the kernel looks at, BINPRM_BUF_SIZE. */
  static final int MAX_LINE = 256;

  /** Whether a file with these first bytes is a script. */
  static boolean isScript(byte[] start) {
    return start.length >= 2 && start[0] == '#' && start[1] == '!';
  }

  /**
   * Cuts the line up.
   *
   * @param start the first 256 bytes of a script, fewer if it is shorter
   * @return empty if the kernel refuses the line: it names no interpreter, or one that does not end
   *     within these bytes
   */
  static Optional<Shebang> parse(byte[] start) {
    int end = 2;
    while (end < start.length && start[end] != '\n' && start[end] != 0) {
      end++;
    }
    boolean cutOff = end == MAX_LINE;
    if (cutOff) {
      // The kernel puts a NUL there; an argument may lose its end, the name may not.
      end--;
    }
    String line = FileNames.decode(start, 2, end - 2);
    int begin = skipBlanks(line, 0);
    int nameEnd = begin;
    while (nameEnd < line.length() && !isBlank(line.charAt(nameEnd))) {
      nameEnd++;
    }
    if (begin == nameEnd || (cutOff && nameEnd == line.length() && !isBlank((char) start[end]))) {
      return Optional.empty();
    }
    int argumentBegin = skipBlanks(line, nameEnd);
    int argumentEnd = line.length();
    while (argumentEnd > argumentBegin && isBlank(line.charAt(argumentEnd - 1))) {
      argumentEnd--;
    }
    String argument = line.substring(argumentBegin, argumentEnd);
    return Optional.of(
        new Shebang(
            line.substring(begin, nameEnd),
            argument.isEmpty() ? Optional.empty() : Optional.of(argument)));
  }

  /**
   * What {@code env} is asked to do, where the interpreter is {@code env}.
   *
   * @param path PATH of the environment that the script is started in
   */
  Optional<EnvStart> env(String path) {
    boolean isEnv = interpreter.substring(interpreter.lastIndexOf('/') + 1).equals("env");
    return isEnv
        ? Optional.of(
            argument
                .map(it -> EnvArguments.read(it, Optional.of(path)))
                .orElseGet(() -> EnvStart.obstacle("names no program for env to start")))
        : Optional.empty();
  }

  private static int skipBlanks(String line, int from) {
    int at = from;
    while (at < line.length() && isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
