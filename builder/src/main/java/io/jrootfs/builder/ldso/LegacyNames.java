package io.jrootfs.builder.ldso;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.elf.ElfMachine;
import java.util.Optional;

/**
 * The names of subdirectories that glibc up to 2.36 took from AT_HWCAP and AT_PLATFORM: those of
 * the bits in HWCAP_IMPORTANT, the lowest first, then the platform, then {@code tls}
 * (elf/dl-hwcaps.c and each machine's dl-procinfo.h).
 */
final class LegacyNames {
  /** The last glibc in which they are subdirectories; a platform is one for longer. */
  static final int LAST_VERSION = 36;

  /** Those that are of bits; what else stands before {@code tls} is a platform. */
  private static final ImmutableSet<String> BITS =
      ImmutableSet.of(
          "altivec",
          "atomics",
          "avx512_1",
          "dfp",
          "eimm",
          "ldisp",
          "neon",
          "sse2",
          "vfp",
          "vx",
          "vxe",
          "vxe2",
          "zarch");

  private static final Splitter WORDS = Splitter.on(' ');

  private LegacyNames() {}

  /**
   * The names for each kind of processor that looks into the same {@code glibc-hwcaps}
   * subdirectories, the simplest kind first.
   *
   * @param hasPlatforms whether the loader has platforms of its own for processors of Intel's
   * @param x86Level what those subdirectories tell of an x86-64 processor; empty if the loader
   *     knows none of them, so that any processor is of that kind
   */
  static ImmutableList<ImmutableList<String>> of(
      Optional<ElfMachine> machine, boolean hasPlatforms, Optional<Integer> x86Level) {
    if (machine.isEmpty()) {
      return lists("tls");
    }
    return switch (machine.get()) {
      case X86_64 -> hasPlatforms ? x86(x86Level.orElse(4)) : lists("x86_64 tls");
      case I386 -> lists("tls", "i586 tls", "i686 tls", "sse2 i686 tls");
      case AARCH64 -> lists("aarch64 tls", "atomics aarch64 tls");
      case ARM ->
          lists(
              "tls",
              "v6l tls",
              "vfp v6l tls",
              "vfp v7l tls",
              "vfp neon v7l tls",
              "vfp v8l tls",
              "vfp neon v8l tls");
      case PPC64LE ->
          lists(
              "dfp altivec tls",
              "dfp altivec power8 tls",
              "dfp altivec power9 tls",
              "dfp altivec power10 tls");
      case S390X ->
          lists(
              "zarch tls",
              "zarch z900 tls",
              "zarch ldisp z990 tls",
              "zarch ldisp eimm z9-109 tls",
              "zarch ldisp eimm dfp z10 tls",
              "zarch ldisp eimm dfp z196 tls",
              "zarch ldisp eimm dfp zEC12 tls",
              "zarch ldisp eimm dfp vx z13 tls",
              "zarch ldisp eimm dfp vx vxe z14 tls",
              "zarch ldisp eimm dfp vx vxe vxe2 z15 tls",
              "zarch ldisp eimm dfp vx vxe vxe2 z16 tls");
      case X32, RISCV64, LOONGARCH64, PPC64 -> lists("tls");
    };
  }

  /** The loader puts a platform of its own in the kernel's place on Intel's processors only. */
  private static ImmutableList<ImmutableList<String>> x86(int level) {
    String any = "x86_64 x86_64 tls";
    if (level < 3) {
      return lists(any);
    }
    return level == 3
        ? lists(any, "x86_64 haswell tls", "x86_64 xeon_phi tls")
        : lists(any, "x86_64 haswell tls", "x86_64 xeon_phi tls", "x86_64 avx512_1 haswell tls");
  }

  /** The platform among the names of one processor, which is also what {@code $PLATFORM} means. */
  static Optional<String> platform(ImmutableList<String> names) {
    int last = names.size() - 2;
    return last < 0 || BITS.contains(names.get(last))
        ? Optional.empty()
        : Optional.of(names.get(last));
  }

  private static ImmutableList<ImmutableList<String>> lists(String... lists) {
    ImmutableList.Builder<ImmutableList<String>> names = ImmutableList.builder();
    for (String list : lists) {
      names.add(ImmutableList.copyOf(WORDS.split(list)));
    }
    return names.build();
  }
}
