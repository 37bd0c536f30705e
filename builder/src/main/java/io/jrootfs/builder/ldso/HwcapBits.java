package io.jrootfs.builder.ldso;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.elf.ElfMachine;
import java.util.Optional;

/**
 * The bits by which caches up to glibc 2.36 tell for which processors a library is: those of its
 * legacy subdirectories (elf/ldconfig.c, {@code path_hwcap}). Later loaders pass all of them over.
 *
 * @param mask the bits a processor has
 */
record HwcapBits(long mask) {
  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();
  private static final int TLS = 63;

  /** Those of a library that runs everywhere. */
  static final HwcapBits NONE = new HwcapBits(0);

  /** sysdeps/x86/dl-procinfo.c; platforms count from _DL_FIRST_PLATFORM, which is 48. */
  private static final ImmutableMap<String, Integer> X86 =
      ImmutableMap.of(
          "sse2",
          0,
          "x86_64",
          1,
          "avx512_1",
          2,
          "i586",
          48,
          "i686",
          49,
          "haswell",
          50,
          "xeon_phi",
          51,
          "tls",
          TLS);

  /** sysdeps/unix/sysv/linux/aarch64/dl-procinfo.c. */
  private static final ImmutableMap<String, Integer> AARCH64 =
      ImmutableMap.of("atomics", 8, "tls", TLS);

  /** What bits mean on other machines is not known here. */
  private static final ImmutableMap<String, Integer> OTHER = ImmutableMap.of("tls", TLS);

  /** Those that the names of a processor stand for. */
  static HwcapBits of(Optional<ElfMachine> machine, Iterable<String> names) {
    ImmutableMap<String, Integer> known = known(machine);
    long mask = 0;
    for (String name : names) {
      Integer bit = known.get(name);
      mask |= bit == null ? 0 : 1L << bit;
    }
    return new HwcapBits(mask);
  }

  /** Those that an entry for a legacy subdirectory has; empty if it has a name without a bit. */
  static Optional<HwcapBits> of(Optional<ElfMachine> machine, String subdirectory) {
    Iterable<String> names = COMPONENTS.split(subdirectory);
    for (String name : names) {
      if (!known(machine).containsKey(name)) {
        return Optional.empty();
      }
    }
    return Optional.of(of(machine, names));
  }

  private static ImmutableMap<String, Integer> known(Optional<ElfMachine> machine) {
    if (machine.equals(Optional.of(ElfMachine.X86_64))
        || machine.equals(Optional.of(ElfMachine.I386))) {
      return X86;
    }
    return machine.equals(Optional.of(ElfMachine.AARCH64)) ? AARCH64 : OTHER;
  }

  boolean include(long wanted) {
    return (wanted & ~mask) == 0;
  }
}
