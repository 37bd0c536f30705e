package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import org.jspecify.annotations.Nullable;

/**
 * The symbol versions of an object (LSB, Symbol Versioning).
 *
 * @param needs DT_VERNEED
 * @param definitions what DT_VERDEF holds
 * @param hasDefinitions whether there is a DT_VERDEF at all; without one any version is accepted
 */
public record ElfVersions(
    ImmutableList<Need> needs, ImmutableSet<Version> definitions, boolean hasDefinitions) {
  /**
   * What a loader compares: the hash first, and then the name too (glibc, elf/dl-version.c, {@code
   * match_symbol}).
   *
   * @param name such as {@code GLIBC_2.34}
   * @param hash as it stands in the file, whatever the name's would be (vd_hash, vna_hash)
   */
  public record Version(String name, int hash) {
    @Override
    public int hashCode() {
      return name.hashCode() * 31 + hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Version version && version.hash == hash && version.name.equals(name);
    }
  }

  /**
   * A version some other object must define, or the program does not start.
   *
   * @param file the needed name of that object
   * @param version the version
   * @param isWeak whether its absence is only worth a warning (VER_FLG_WEAK)
   */
  public record Need(String file, Version version, boolean isWeak) {}

  /** An object that knows no versions. */
  public static final ElfVersions NONE =
      new ElfVersions(ImmutableList.of(), ImmutableSet.of(), false);
}
