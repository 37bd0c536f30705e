package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two starts of one program, as far as its loader cares.
 *
 * @param hwcaps the {@code glibc-hwcaps} subdirectories the processor makes active, best first;
 *     empty for a processor that can just do what its architecture asks for
 * @param legacy the names whose combinations are subdirectories up to glibc 2.36: AT_HWCAP bits,
 *     AT_PLATFORM, {@code tls}
 * @param platform what {@code $PLATFORM} means, where the loader decides that and not the kernel
 * @param isSecure whether the program gains privileges by starting (AT_SECURE, getauxval(3))
 */
public record Circumstances(
    ImmutableList<String> hwcaps,
    ImmutableList<String> legacy,
    Optional<String> platform,
    boolean isSecure) {
  /** Any processor, no privileges. */
  static final Circumstances USUAL =
      new Circumstances(ImmutableList.of(), ImmutableList.of(), Optional.empty(), false);

  @Override
  public int hashCode() {
    return (hwcaps.size() * 31 + legacy.size()) * 31 + Boolean.hashCode(isSecure);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Circumstances start
            && start.hwcaps.equals(hwcaps)
            && start.legacy.equals(legacy)
            && start.platform.equals(platform)
            && start.isSecure == isSecure);
  }

  /** The same start of a program that gains privileges. */
  public Circumstances secure() {
    return new Circumstances(hwcaps, legacy, platform, true);
  }
}
