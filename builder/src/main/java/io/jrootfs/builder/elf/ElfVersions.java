package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * The symbol versions of an object (LSB, Symbol Versioning).
 *
 * @param needs DT_VERNEED
 * @param definitions the names of DT_VERDEF
 * @param hasDefinitions whether there is a DT_VERDEF at all; without one any version is accepted
 */
public record ElfVersions(
    ImmutableList<Need> needs, ImmutableSet<String> definitions, boolean hasDefinitions) {
  /**
   * A version some other object must define, or the program does not start.
   *
   * @param file the needed name of that object
   * @param version such as {@code GLIBC_2.34}
   * @param isWeak whether its absence is only worth a warning (VER_FLG_WEAK)
   */
  public record Need(String file, String version, boolean isWeak) {}

  /** An object that knows no versions. */
  public static final ElfVersions NONE =
      new ElfVersions(ImmutableList.of(), ImmutableSet.of(), false);
}
