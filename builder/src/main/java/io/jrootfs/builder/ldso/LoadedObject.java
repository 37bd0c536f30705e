package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Optional;

/**
 * One object in the memory of a program about to start.
 *
 * @param file the path it was found under and where that leads
 * @param origin what {@code $ORIGIN} means in it
 * @param elf what is in it
 * @param requester the object that first needed it, for good; empty for the program and its
 *     interpreter
 */
public record LoadedObject(
    Resolution file, SysrootPath origin, ElfFile elf, Optional<LoadedObject> requester) {

  /** A library: {@code $ORIGIN} is the directory of the path as found, links unresolved. */
  static LoadedObject library(Resolution file, ElfFile elf, LoadedObject requester) {
    return new LoadedObject(file, file.requested().parent(), elf, Optional.of(requester));
  }

  /**
   * A program the kernel starts: {@code $ORIGIN} comes from {@code /proc/self/exe}, where every
   * link is resolved (glibc, sysdeps/unix/sysv/linux/dl-origin.c).
   */
  public static LoadedObject program(Resolution file, ElfFile elf) {
    return new LoadedObject(file, file.path().parent(), elf, Optional.empty());
  }

  /** A library that is asked for by itself, as dlopen(3) would open it. */
  static LoadedObject opened(Resolution file, ElfFile elf) {
    return new LoadedObject(file, file.requested().parent(), elf, Optional.empty());
  }
}
