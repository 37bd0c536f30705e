package io.jrootfs.builder.ldso;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Dynamic loaders with rules of their own that are not known here, by the names that their systems'
 * linkers write into PT_INTERP. A file that is not there can be told by that alone.
 */
public final class ForeignLoaders {
  /** Bionic's; builds with sanitizers have a loader each. */
  private static final Pattern ANDROID =
      Pattern.compile("linker(64)?|linker(_asan|_hwasan)(64)?|bootstrap_linker(64)?");

  private static final Pattern UCLIBC = Pattern.compile("ld(64)?-uClibc.*\\.so(\\..*)?");

  /** rtld-elf(1); the second for 32-bit programs on 64-bit systems. */
  private static final Pattern FREEBSD = Pattern.compile("ld-elf(32)?\\.so(\\..*)?");

  private static final Pattern NETBSD = Pattern.compile("ld\\.elf_so");

  private ForeignLoaders() {}

  /**
   * Refuses a loader that is known to follow other rules.
   *
   * @param interpreter PT_INTERP, whether such a file is there or not
   * @throws UnsupportedLoaderException if it is one of those
   */
  public static void refuse(String interpreter) throws UnsupportedLoaderException {
    Optional<String> owner = owner(interpreter.substring(interpreter.lastIndexOf('/') + 1));
    if (owner.isPresent()) {
      throw new UnsupportedLoaderException(interpreter, unsupported(owner.get()));
    }
  }

  /** Whose a file of that name is, if it is of another kind than glibc's and musl's. */
  private static Optional<String> owner(String name) {
    if (ANDROID.matcher(name).matches()) {
      return Optional.of("Android's");
    }
    if (UCLIBC.matcher(name).matches()) {
      return Optional.of("uClibc's");
    }
    if (FREEBSD.matcher(name).matches()) {
      return Optional.of("FreeBSD's");
    }
    return NETBSD.matcher(name).matches() ? Optional.of("NetBSD's") : Optional.empty();
  }

  /** What is said of one, as the end of a sentence. */
  static String unsupported(String owner) {
    return "is "
        + owner
        + ", which is not supported: only those of the GNU C library and of musl are; --copy takes"
        + " the program and its libraries as files like any other";
  }
}
