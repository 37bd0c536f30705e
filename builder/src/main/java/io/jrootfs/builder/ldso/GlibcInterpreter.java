package io.jrootfs.builder.ldso;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;

/**
 * What glibc's {@code ld.so} was configured with, read from the file itself: it is the only witness
 * that is always there and always right, also for a foreign machine.
 *
 * @param systemDirectories where libraries are searched last, in order, each ending with a slash
 * @param lib what {@code $LIB} means
 * @param hwcaps the {@code glibc-hwcaps} subdirectories it knows, best first; none before 2.33
 * @param minorVersion 36 for glibc 2.36; of a loader that does not say, as none before 2.33 does,
 *     the last that it may be
 * @param hasPlatforms whether on some processors of Intel's {@code $PLATFORM} is not what the
 *     kernel says (sysdeps/x86/cpu-features.c, {@code update_active})
 */
record GlibcInterpreter(
    ImmutableList<String> systemDirectories,
    String lib,
    ImmutableList<String> hwcaps,
    int minorVersion,
    boolean hasPlatforms)
    implements InterpreterKind {
  private static final String CACHE_MAGIC = "glibc-ld.so.cache";

  /** {@code GNU C Library (...) stable release version 2.36.} */
  private static final String BANNER = "release version 2.";

  /** One that does not say its version has this one at most. */
  static final int LAST_WITHOUT_BANNER = 32;

  /** A platform that loaders for x86 have known since 2.26. */
  private static final String HASWELL = "\0haswell\0";

  /** The names of sysdeps/.../dl-hwcaps-subdirs.c, joined by colons. */
  private static final ImmutableList<String> HWCAPS_PREFIXES =
      ImmutableList.of("x86-64-v", "power", "z1");

  private static final Splitter COLONS = Splitter.on(':');
  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  /** Whether the bytes are those of glibc's loader: no other one knows glibc's cache format. */
  static boolean isGlibc(byte[] loader) {
    return text(loader).contains(CACHE_MAGIC);
  }

  /** Each byte as a character: what a JVM searches fastest. */
  private static String text(byte[] loader) {
    return new String(loader, ISO_8859_1);
  }

  /**
   * Finds the configuration in the bytes of a loader.
   *
   * @return empty if the list of system directories is not where glibc puts it
   */
  static Optional<GlibcInterpreter> read(byte[] loader) {
    return read(text(loader));
  }

  private static Optional<GlibcInterpreter> read(String loader) {
    ImmutableList<String> best = ImmutableList.of();
    int at = 0;
    while (at >= 0) {
      ImmutableList<String> run = directories(loader, at);
      if (run.size() > best.size() && run.stream().anyMatch(text -> text.contains("/lib"))) {
        best = run;
      }
      at = nextString(loader, at + lengthWithNuls(run));
    }
    ImmutableList<String> found = best;
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GlibcInterpreter(
                found,
                lib(found.get(0)),
                hwcaps(loader),
                minorVersion(loader),
                loader.contains(HASWELL)));
  }

  private static int minorVersion(String loader) {
    int banner = loader.indexOf(BANNER);
    int at = banner + BANNER.length();
    int version = 0;
    while (banner >= 0 && at < loader.length() && isDigit(loader.charAt(at)) && version < 1000) {
      version = version * 10 + (loader.charAt(at++) - '0');
    }
    return version > 0 ? version : LAST_WITHOUT_BANNER;
  }

  private static boolean isDigit(char value) {
    return value >= '0' && value <= '9';
  }

  /** The text that is nothing but names of one family, each after a colon or a NUL. */
  private static ImmutableList<String> hwcaps(String loader) {
    ImmutableList<String> best = ImmutableList.of();
    for (String prefix : HWCAPS_PREFIXES) {
      String first = "\0" + prefix;
      for (int at = loader.indexOf(first); at >= 0; at = loader.indexOf(first, at + 1)) {
        int end = at + 1;
        while (end < loader.length() && isText(loader.charAt(end))) {
          end++;
        }
        List<String> names = COLONS.splitToList(loader.substring(at + 1, end));
        boolean allOfFamily = names.stream().allMatch(name -> isHwcapsName(name, prefix));
        if (allOfFamily && names.size() > best.size()) {
          best = ImmutableList.copyOf(names);
        }
      }
    }
    // A single name is a processor's, not a list: no architecture knows just one.
    return best.size() > 1 ? best : ImmutableList.of();
  }

  private static boolean isHwcapsName(String name, String prefix) {
    return name.startsWith(prefix)
        && name.length() > prefix.length()
        && name.substring(prefix.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * The strings from {@code at} on that look like elements of SYSTEM_DIRS: NUL-separated, each with
   * a slash at both ends (glibc, elf/dl-load.c, {@code system_dirs}).
   */
  private static ImmutableList<String> directories(String loader, int at) {
    ImmutableList.Builder<String> run = ImmutableList.builder();
    int begin = at;
    while (begin < loader.length() && loader.charAt(begin) == '/') {
      int end = begin;
      while (end < loader.length() && isText(loader.charAt(end))) {
        end++;
      }
      boolean isDirectory = end - begin >= 2 && loader.charAt(end - 1) == '/';
      if (!isDirectory || end == loader.length() || loader.charAt(end) != 0) {
        break;
      }
      run.add(loader.substring(begin, end));
      begin = end + 1;
    }
    return run.build();
  }

  private static int lengthWithNuls(List<String> run) {
    return run.stream().mapToInt(text -> text.length() + 1).sum();
  }

  /** The next place behind a NUL or a non-text byte where a slash stands; -1 if there is none. */
  private static int nextString(String loader, int from) {
    int at = loader.indexOf('/', from + 1);
    while (at >= 0 && isText(loader.charAt(at - 1))) {
      at = loader.indexOf('/', at + 1);
    }
    return at;
  }

  private static boolean isText(char value) {
    return value > ' ' && value < 0x7f;
  }

  /**
   * {@code DL_DST_LIB}: the last component of the first system directory; Debian and its children
   * have the multiarch triplet behind it.
   */
  private static String lib(String firstDirectory) {
    List<String> components = COMPONENTS.splitToList(firstDirectory);
    String last = components.get(components.size() - 1);
    boolean multiarch = components.size() > 1 && last.contains("-linux-");
    return multiarch ? String.join("/", components.get(components.size() - 2), last) : last;
  }
}
