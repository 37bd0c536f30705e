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
 * AT_HWCAP, in every combination with {@code tls}.
 */
final class ProcessorDirectories {
  private final GlibcInterpreter configuration;
  private final Optional<ElfMachine> machine;

  ProcessorDirectories(GlibcInterpreter configuration, ElfHeader program) {
    this.configuration = configuration;
    this.machine = ElfMachine.of(program);
  }

  /** The kinds of processor the loader tells apart, the simplest first. */
  ImmutableList<Circumstances> processors() {
    Set<Circumstances> processors = new LinkedHashSet<>();
    boolean areDirectories = configuration.minorVersion() <= LegacyNames.LAST_VERSION;
    ImmutableList<String> names = configuration.hwcaps();
    for (int from = names.size(); from >= 0; from--) {
      ImmutableList<String> active = names.subList(from, names.size());
      for (ImmutableList<String> legacy : legacyNames(active)) {
        processors.add(
            new Circumstances(
                active,
                areDirectories ? legacy : ImmutableList.of(),
                areDirectories || choosesPlatform()
                    ? LegacyNames.platform(legacy)
                    : Optional.empty(),
                /* isSecure= */ false));
      }
    }
    return ImmutableList.copyOf(processors);
  }

  /**
   * Whether what {@code $PLATFORM} means is the loader's choice and not the kernel's, on some
   * processor: those for i386 have always gone by what the processor can do
   * (sysdeps/x86/cpu-features.c).
   */
  private boolean choosesPlatform() {
    return configuration.hasPlatforms() || machine.filter(it -> it == ElfMachine.I386).isPresent();
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

  private ImmutableList<ImmutableList<String>> legacyNames(ImmutableList<String> active) {
    Optional<Integer> x86Level =
        configuration.hwcaps().isEmpty()
            ? Optional.empty()
            : Optional.of(active.contains("x86-64-v4") ? 4 : active.contains("x86-64-v3") ? 3 : 2);
    return LegacyNames.of(machine, configuration.hasPlatforms(), x86Level);
  }
}
