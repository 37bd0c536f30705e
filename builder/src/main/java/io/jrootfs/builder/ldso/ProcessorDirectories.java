package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The subdirectories glibc looks into before each search directory itself (elf/dl-hwcaps.c, {@code
 * _dl_important_hwcaps}).
 *
 * <p>Up to glibc 2.36 there are, besides {@code glibc-hwcaps}, those named after AT_PLATFORM and
 * AT_HWCAP, in every combination with {@code tls}. What these two hold is known here for x86-64 and
 * aarch64; elsewhere they are left out.
 */
final class ProcessorDirectories {
  private static final int LAST_WITH_LEGACY = 36;

  private final GlibcInterpreter configuration;
  private final Optional<ElfMachine> machine;

  ProcessorDirectories(GlibcInterpreter configuration, ElfHeader program) {
    this.configuration = configuration;
    this.machine = ElfMachine.of(program);
  }

  /** The kinds of processor the loader tells apart, the simplest first. */
  ImmutableList<Circumstances> processors() {
    ImmutableList.Builder<Circumstances> processors = ImmutableList.builder();
    ImmutableList<String> names = configuration.hwcaps();
    for (int from = names.size(); from >= 0; from--) {
      ImmutableList<String> active = names.subList(from, names.size());
      for (ImmutableList<String> legacy : legacyNames(active)) {
        processors.add(new Circumstances(active, legacy, /* isSecure= */ false));
      }
    }
    return processors.build();
  }

  /** Relative directories, each ending with a slash; the last one is the empty text. */
  static ImmutableList<String> before(Circumstances circumstances) {
    ImmutableList.Builder<String> directories = ImmutableList.builder();
    for (String name : circumstances.hwcaps()) {
      directories.add("glibc-hwcaps/" + name + "/");
    }
    return directories.addAll(combinations(circumstances.legacy())).build();
  }

  /** Every subset of the names, the later names before the earlier and the largest set first. */
  private static Set<String> combinations(ImmutableList<String> names) {
    Set<String> directories = new LinkedHashSet<>();
    for (int set = (1 << names.size()) - 1; set >= 0; set--) {
      StringBuilder directory = new StringBuilder();
      for (int i = names.size() - 1; i >= 0; i--) {
        if ((set & (1 << i)) != 0) {
          directory.append(names.get(i)).append('/');
        }
      }
      directories.add(directory.toString());
    }
    return directories;
  }

  /**
   * AT_HWCAP bits, AT_PLATFORM, {@code tls}, in the loader's order, for each kind of processor that
   * makes the same {@code glibc-hwcaps} active. glibc sets AT_PLATFORM itself on Intel's processors
   * only (sysdeps/x86/cpu-features.c).
   */
  private ImmutableList<ImmutableList<String>> legacyNames(ImmutableList<String> active) {
    if (configuration.minorVersion().map(it -> it > LAST_WITH_LEGACY).orElse(true)) {
      return ImmutableList.of(ImmutableList.of());
    }
    if (machine.equals(Optional.of(ElfMachine.AARCH64))) {
      return ImmutableList.of(
          ImmutableList.of("aarch64", "tls"), ImmutableList.of("atomics", "aarch64", "tls"));
    }
    if (!machine.equals(Optional.of(ElfMachine.X86_64))) {
      return ImmutableList.of(ImmutableList.of("tls"));
    }
    ImmutableList<String> any = ImmutableList.of("x86_64", "x86_64", "tls");
    if (active.contains("x86-64-v4")) {
      return ImmutableList.of(any, ImmutableList.of("x86_64", "avx512_1", "haswell", "tls"));
    }
    return active.contains("x86-64-v3")
        ? ImmutableList.of(any, ImmutableList.of("x86_64", "haswell", "tls"))
        : ImmutableList.of(any);
  }
}
