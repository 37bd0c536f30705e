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
 * @param asLdconfigWould whether, in a sysroot that has no cache, the directories of its {@code
 *     ld.so.conf} count as if ldconfig(8) had been run; so it is for a root that is about to get a
 *     cache, not for one that is finished
 * @param machine what programs must be for; empty for whatever the first one is for
 */
public record ClosureOptions(
    HwcapsPolicy hwcaps,
    boolean withSuggested,
    ImmutableList<SysrootPath> libraryPath,
    boolean asLdconfigWould,
    Optional<ElfMachine> machine) {
  /** What every processor loads, without what is just suggested. */
  public static final ClosureOptions DEFAULT =
      new ClosureOptions(
          HwcapsPolicy.BASELINE,
          /* withSuggested= */ false,
          ImmutableList.of(),
          /* asLdconfigWould= */ true,
          Optional.empty());

  /** The same for other processors. */
  public ClosureOptions withHwcaps(HwcapsPolicy policy) {
    return new ClosureOptions(policy, withSuggested, libraryPath, asLdconfigWould, machine);
  }

  /** The same with what is suggested, or without. */
  public ClosureOptions withSuggested(boolean suggested) {
    return new ClosureOptions(hwcaps, suggested, libraryPath, asLdconfigWould, machine);
  }

  /** The same with other directories. */
  public ClosureOptions withLibraryPath(ImmutableList<SysrootPath> directories) {
    return new ClosureOptions(hwcaps, withSuggested, directories, asLdconfigWould, machine);
  }

  /** The same for a root that is finished: what its own cache does not have is not found. */
  public ClosureOptions asItIs() {
    return new ClosureOptions(hwcaps, withSuggested, libraryPath, false, machine);
  }

  /** The same for programs of one machine only. */
  public ClosureOptions withMachine(ElfMachine only) {
    return new ClosureOptions(
        hwcaps, withSuggested, libraryPath, asLdconfigWould, Optional.of(only));
  }
}
