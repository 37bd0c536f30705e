package io.jrootfs.builder.ldso;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Resolution;

/**
 * {@code /etc/ld.so.preload}: what every program of glibc loads before its own libraries.
 *
 * @param file the file
 * @param names in order, with or without a slash
 */
public record PreloadFile(Resolution file, ImmutableList<String> names) {
  private static final Splitter LINES = Splitter.on('\n');
  private static final Splitter NAMES = Splitter.onPattern("[: \t]").omitEmptyStrings();

  /** Reads the text (elf/rtld.c, {@code handle_preload_list}, {@code preload_file}). */
  static PreloadFile parse(Resolution file, String text) {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    // The loader takes the file for one C string.
    int end = text.indexOf('\0');
    for (String line : LINES.split(end < 0 ? text : text.substring(0, end))) {
      int comment = line.indexOf('#');
      names.addAll(NAMES.split(comment < 0 ? line : line.substring(0, comment)));
    }
    return new PreloadFile(file, names.build());
  }
}
