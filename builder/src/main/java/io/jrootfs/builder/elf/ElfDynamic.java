package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What the dynamic section tells the loader.
 *
 * @param dependencies DT_NEEDED, DT_FILTER and DT_AUXILIARY in the order of the file
 * @param soname DT_SONAME
 * @param rpath DT_RPATH as it stands in the file, also where DT_RUNPATH makes it void
 * @param runPath DT_RUNPATH
 * @param audit the names of DT_AUDIT and then DT_DEPAUDIT, whose texts are lists
 * @param flags1 DT_FLAGS_1, 0 if absent
 */
public record ElfDynamic(
    ImmutableList<ElfDependency> dependencies,
    Optional<String> soname,
    Optional<String> rpath,
    Optional<String> runPath,
    ImmutableList<String> audit,
    long flags1) {
  /** The loader leaves the system directories out (DF_1_NODEFLIB). */
  public static final long DF_1_NODEFLIB = 0x800;

  /** The object is an executable that may stand anywhere (DF_1_PIE). */
  public static final long DF_1_PIE = 0x08000000;

  /** The DT_NEEDED names in order. */
  public ImmutableList<String> needed() {
    return dependencies.stream()
        .filter(dependency -> dependency.tag() == ElfDependency.Tag.DT_NEEDED)
        .map(ElfDependency::name)
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether the system directories are left out for what this object needs. */
  public boolean hasNoDefaultLibraries() {
    return (flags1 & DF_1_NODEFLIB) != 0;
  }

  /** Whether a path or name in it holds a dynamic string token, or what looks like one. */
  public boolean mayHoldTokens() {
    boolean mayHold = hasDollar(rpath.orElse("")) || hasDollar(runPath.orElse(""));
    for (String name : audit) {
      mayHold |= hasDollar(name);
    }
    for (ElfDependency dependency : dependencies) {
      mayHold |= hasDollar(dependency.name());
    }
    return mayHold;
  }

  private static boolean hasDollar(String text) {
    return text.indexOf('$') >= 0;
  }

  /** Whether the linker marked the object as a position-independent executable. */
  public boolean isPositionIndependentExecutable() {
    return (flags1 & DF_1_PIE) != 0;
  }
}
