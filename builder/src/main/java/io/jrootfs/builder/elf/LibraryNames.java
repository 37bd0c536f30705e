package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Texts of a file that look like the name of a library, {@code lib*.so*}, in what it has in memory
 * and cannot change: there compilers put the arguments of dlopen(3).
 */
final class LibraryNames {
  /** How much of a file is looked at; more have just a few programs that hold data. */
  private static final long MAX_BYTES = 64 << 20;

  /** How many names are of use to anybody. */
  private static final int MAX_NAMES = 100;

  /** No file name is longer. */
  private static final int NAME_MAX = 255;

  private static final String SUFFIX = ".so";

  /** The look ahead is possessive, so that no text is gone through more than a few times. */
  private static final Pattern NAME =
      Pattern.compile("(?=[\\w.+-]*+\\z)lib[\\w.+-]+\\.so(\\.[\\w.+-]+)?");

  private final ElfInput input;
  private final TreeSet<String> names = new TreeSet<>();

  LibraryNames(ElfInput input) {
    this.input = input;
  }

  /** Those that stand between NULs, or what no text holds, and a NUL. */
  ImmutableSortedSet<String> in(Segments segments) throws IOException, MalformedElfException {
    long left = MAX_BYTES;
    for (ProgramHeader load : segments.loads()) {
      if (!load.isWritable()) {
        long size = Math.min(left, load.fileSize());
        input.requireInside("PT_LOAD", load.offset(), size);
        segment(load.offset(), size);
        left -= size;
      }
    }
    return ImmutableSortedSet.copyOf(names);
  }

  private void segment(long offset, long size) throws IOException, MalformedElfException {
    // Stretches overlap by as much as a name with what stands around it.
    int step = ElfInput.STRETCH - NAME_MAX - 2;
    for (long done = 0; done < size && names.size() < MAX_NAMES; done += step) {
      int length = (int) Math.min(ElfInput.STRETCH, size - done);
      byte[] bytes = input.array("PT_LOAD", offset + done, length);
      stretch(new String(bytes, 0, length, StandardCharsets.ISO_8859_1), done == 0);
    }
  }

  private void stretch(String text, boolean isFirst) {
    int end;
    for (int at = text.indexOf(SUFFIX); at >= 0; at = text.indexOf(SUFFIX, end)) {
      int begin = at;
      while (begin > 0 && isPrintable(text.charAt(begin - 1))) {
        begin--;
      }
      end = at;
      while (end < text.length() && isPrintable(text.charAt(end))) {
        end++;
      }
      boolean isEnded = end < text.length() && text.charAt(end) == '\0';
      boolean isWhole = (begin > 0 || isFirst) && isEnded && end - begin <= NAME_MAX;
      if (isWhole && text.startsWith("lib", begin) && names.size() < MAX_NAMES) {
        String name = text.substring(begin, end);
        if (NAME.matcher(name).matches()) {
          names.add(name);
        }
      }
    }
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c <= '~';
  }
}
