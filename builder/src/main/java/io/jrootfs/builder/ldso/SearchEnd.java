package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.sysroot.Resolution;

/** How a search for one name ends when it does not run out of places. */
sealed interface SearchEnd {
  /** A file the loader takes. */
  record Hit(Resolution file, ElfFile elf, FoundBy foundBy) implements SearchEnd {}

  /** The loader gives up, and the program with it. */
  record Dead(String reason) implements SearchEnd {}
}
