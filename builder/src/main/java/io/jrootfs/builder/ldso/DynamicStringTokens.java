package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import java.util.Optional;

/**
 * Expands {@code $ORIGIN}, {@code $LIB} and {@code $PLATFORM}, with or without braces. Any other
 * dollar sign stays as it is (glibc, elf/dl-load.c, {@code is_dst}).
 *
 * @param lib what {@code $LIB} means
 * @param platform what {@code $PLATFORM} means (AT_PLATFORM); empty where the kernel derives it
 *     from the processor at hand
 */
record DynamicStringTokens(String lib, Optional<String> platform) implements PathElements {

  static DynamicStringTokens of(String lib, ElfHeader program) {
    Optional<String> platform =
        ElfMachine.of(program)
            .filter(machine -> machine == ElfMachine.X86_64 || machine == ElfMachine.AARCH64)
            .map(machine -> machine == ElfMachine.X86_64 ? "x86_64" : "aarch64");
    return new DynamicStringTokens(lib, platform);
  }

  /** The same where the loader puts a platform of its own in the kernel's place. */
  DynamicStringTokens on(String otherPlatform) {
    return new DynamicStringTokens(lib, Optional.of(otherPlatform));
  }

  @Override
  public Optional<String> expand(String element, LoadedObject owner) {
    return expand(element, owner.origin().value());
  }

  @Override
  public String whyDropped() {
    return "$PLATFORM depends on the processor at hand";
  }

  /** Where {@code text} goes on behind {@code $ORIGIN} at {@code at}; -1 if it is not there. */
  static int originEnd(String text, int at) {
    return text.startsWith("$", at) ? tokenEnd(text, at, "ORIGIN") : -1;
  }

  /**
   * Replaces every token of {@code text}.
   *
   * @param origin what {@code $ORIGIN} means in the object at hand
   * @return empty if the text holds a token whose value is not known
   */
  Optional<String> expand(String text, String origin) {
    if (text.indexOf('$') < 0) {
      return Optional.of(text);
    }
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int dollar = text.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      expanded.append(text, at, dollar);
      int originEnd = tokenEnd(text, dollar, "ORIGIN");
      int libEnd = tokenEnd(text, dollar, "LIB");
      int platformEnd = tokenEnd(text, dollar, "PLATFORM");
      if (originEnd > 0) {
        expanded.append(origin);
        at = originEnd;
      } else if (libEnd > 0) {
        expanded.append(lib);
        at = libEnd;
      } else if (platformEnd > 0) {
        if (platform.isEmpty()) {
          return Optional.empty();
        }
        expanded.append(platform.get());
        at = platformEnd;
      } else {
        expanded.append('$');
        at = dollar + 1;
      }
    }
    return Optional.of(expanded.append(text, at, text.length()).toString());
  }

  /** Where the text goes on behind token {@code name} at {@code dollar}; -1 if it is not there. */
  private static int tokenEnd(String text, int dollar, String name) {
    if (text.startsWith("{" + name + "}", dollar + 1)) {
      return dollar + name.length() + 3;
    }
    int end = dollar + 1 + name.length();
    boolean bare =
        text.startsWith(name, dollar + 1)
            && (end == text.length() || !isIdentifier(text.charAt(end)));
    return bare ? end : -1;
  }

  private static boolean isIdentifier(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
