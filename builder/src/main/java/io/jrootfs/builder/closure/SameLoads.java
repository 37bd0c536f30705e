package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.ldso.Circumstances;
import io.jrootfs.builder.ldso.DynamicLoader;
import io.jrootfs.builder.ldso.LoadedObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads that programs have in common. Most programs tell their loader some names and nothing about
 * where to look for them; two of them that give the same names get the same files by the same
 * rules, and so does everything that these need in turn.
 */
final class SameLoads {
  private final Map<Names, ProgramLoad> loads = new HashMap<>();

  /** All that decides what a program gets which says no more than names. */
  private record Names(
      DynamicLoader loader,
      Circumstances circumstances,
      ImmutableList<ElfDependency> dependencies,
      boolean hasNoDefaultLibraries) {
    @Override
    public int hashCode() {
      return dependencies.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Names names
          && names.loader == loader
          && names.hasNoDefaultLibraries == hasNoDefaultLibraries
          && names.circumstances.equals(circumstances)
          && names.dependencies.equals(dependencies);
    }
  }

  /** The load of a program that gets the same; empty if there was none so far. */
  Optional<ProgramLoad> find(DynamicLoader loader, LoadedObject main, Circumstances circumstances) {
    Names names = names(loader, main.elf(), circumstances);
    ProgramLoad load = names == null ? null : loads.get(names);
    // A program that a library needs is one of the things loaded.
    return load == null || load.loaded().holds(main.file().identity())
        ? Optional.empty()
        : Optional.of(load);
  }

  /** Remembers a load that has come to its end. */
  void keep(ProgramLoad load) {
    LoadedObject main = load.loaded().main();
    Names names = names(load.loader(), main.elf(), load.loaded().circumstances());
    if (names != null && load.dependsOnNamesAlone()) {
      loads.put(names, load);
    }
  }

  /** What decides about a program; null if other things do, too. */
  private static @Nullable Names names(
      DynamicLoader loader, ElfFile elf, Circumstances circumstances) {
    ElfDynamic dynamic = elf.dynamic().orElse(null);
    boolean saysMore =
        dynamic == null
            || dynamic.soname().isPresent()
            || dynamic.rpath().isPresent()
            || dynamic.runPath().isPresent()
            || !dynamic.audit().isEmpty()
            || dynamic.mayHoldTokens()
            || !elf.notes().dlopen().isEmpty()
            || !elf.isDynamicProgram();
    return saysMore
        ? null
        : new Names(
            loader,
            circumstances,
            Objects.requireNonNull(dynamic).dependencies(),
            dynamic.hasNoDefaultLibraries());
  }
}
