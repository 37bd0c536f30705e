package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.Optional;

/**
 * How far a closure goes.
 *
 * @param hwcaps for which processors libraries are collected
 * @param withSuggested whether libraries come along that a {@code .note.dlopen} just suggests
 * @param libraryPath directories that are searched as if the sysroot's cache had them too, before
 *     the cache
 * @param machine what programs must be for; empty for whatever the first one is for
 */
public record ClosureOptions(
    HwcapsPolicy hwcaps,
    boolean withSuggested,
    ImmutableList<SysrootPath> libraryPath,
    Optional<ElfMachine> machine) {
  /** What every processor loads, without what is just suggested. */
  public static final ClosureOptions DEFAULT =
      new ClosureOptions(
          HwcapsPolicy.BASELINE, /* withSuggested= */ false, ImmutableList.of(), Optional.empty());

  /** The same for other processors. */
  public ClosureOptions withHwcaps(HwcapsPolicy policy) {
    return new ClosureOptions(policy, withSuggested, libraryPath, machine);
  }

  /** The same with what is suggested, or without. */
  public ClosureOptions withSuggested(boolean suggested) {
    return new ClosureOptions(hwcaps, suggested, libraryPath, machine);
  }

  /** The same with other directories. */
  public ClosureOptions withLibraryPath(ImmutableList<SysrootPath> directories) {
    return new ClosureOptions(hwcaps, withSuggested, directories, machine);
  }

  /** The same for programs of one machine only. */
  public ClosureOptions withMachine(ElfMachine only) {
    return new ClosureOptions(hwcaps, withSuggested, libraryPath, Optional.of(only));
  }
}
