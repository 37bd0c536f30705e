package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.LdSoCache;
import io.jrootfs.builder.ldso.LdSoCacheWriter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code ld.so.cache} that a closure needs to be found again.
 *
 * <p>A loader never reads {@code ld.so.conf}. A library that only the sysroot's cache leads to
 * would be in the image and not be found there.
 */
public final class LoaderCache {
  /** Where every glibc loader looks for it. */
  public static final String PATH = "/etc/ld.so.cache";

  private static final Pattern SUBDIRECTORY = Pattern.compile("/glibc-hwcaps/([^/]+)/[^/]+$");

  private LoaderCache() {}

  /** What a loader would not find in a system that has a cache of its own already. */
  static ImmutableList<Closure.Missing> unreachable(ImmutableList<Closure.Edge> edges) {
    ImmutableList.Builder<Closure.Missing> unreachable = ImmutableList.builder();
    for (Closure.Edge edge : edges) {
      if (edge.foundBy() instanceof FoundBy.Cache cache && !cache.onDefaultPath()) {
        unreachable.add(
            new Closure.Missing(
                edge.requested(),
                edge.from().orElseThrow(),
                ImmutableList.of(),
                Optional.of(
                    "only " + PATH + " of this system leads to it, and the base has its own")));
      }
    }
    return unreachable.build();
  }

  /**
   * The cache's bytes; empty if every library of the closure is found without one. It holds what
   * the sysroot's cache was asked for and nothing else, so that no library becomes visible that was
   * not.
   */
  public static Optional<byte[]> of(Closure closure) {
    ImmutableList.Builder<LdSoCache.Entry> entries = ImmutableList.builder();
    boolean needed = false;
    for (Closure.Edge edge : closure.edges()) {
      FoundBy rule = edge.foundBy().rule();
      String path = edge.to().requested().value();
      if (rule instanceof FoundBy.Cache cache) {
        needed |= !cache.onDefaultPath();
        entries.add(
            new LdSoCache.Entry(
                cache.flags(), edge.requested(), path, cache.hwcap(), cache.subdirectory()));
      } else if (rule instanceof FoundBy.LibraryDirectory directory) {
        needed = true;
        Matcher subdirectory = SUBDIRECTORY.matcher(path);
        entries.add(
            new LdSoCache.Entry(
                directory.flags(),
                edge.requested(),
                path,
                directory.hwcap(),
                subdirectory.find() ? Optional.of(subdirectory.group(1)) : Optional.empty()));
      }
    }
    if (!needed) {
      return Optional.empty();
    }
    // Loaders with a cache are those of known machines, or they would not have been followed.
    ElfMachine machine = closure.machine().orElseThrow();
    return Optional.of(LdSoCacheWriter.write(machine, entries.build()));
  }
}
