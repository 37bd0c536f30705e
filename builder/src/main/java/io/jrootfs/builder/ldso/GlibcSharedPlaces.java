package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfMachine;
import java.io.IOException;
import java.util.Optional;

/**
 * Where glibc's loader searches whoever asks: {@code ld.so.cache} and the system directories, and
 * before them what counts as if a cache had it (elf/dl-load.c, the end of {@code _dl_map_object}).
 */
final class GlibcSharedPlaces {
  private static final String PATH = "/etc/ld.so.cache";

  private final ImmutableList<CachedDirectory> directories;
  private final LdSoCache cache;
  private final Optional<String> cacheRemark;
  private final int cacheFlags;
  private final ImmutableList<String> systemDirectories;
  private final Optional<ElfMachine> machine;
  private final Ldconfig ldconfig;

  /**
   * The places of one loader.
   *
   * @param directories what counts as if the cache had it
   * @param cacheRemark why the cache holds nothing, if it is not there or not usable
   * @param cacheFlags of the architecture
   * @param systemDirectories each ending with a slash
   */
  GlibcSharedPlaces(
      ImmutableList<CachedDirectory> directories,
      LdSoCache cache,
      Optional<String> cacheRemark,
      int cacheFlags,
      ImmutableList<String> systemDirectories,
      Optional<ElfMachine> machine,
      Ldconfig ldconfig) {
    this.directories = directories;
    this.cache = cache;
    this.cacheRemark = cacheRemark;
    this.cacheFlags = cacheFlags;
    this.systemDirectories = systemDirectories;
    this.machine = machine;
    this.ldconfig = ldconfig;
  }

  /**
   * Goes on with a search that has found nothing in the requester's own lists.
   *
   * @param noDefault whether the requester refuses system directories (DF_1_NODEFLIB)
   * @param hwcaps the {@code glibc-hwcaps} subdirectories that count, best first
   * @param bits what the processor has
   * @throws IOException if the sysroot cannot be read
   */
  Optional<SearchEnd> search(
      GlibcSearch search, boolean noDefault, ImmutableList<String> hwcaps, HwcapBits bits)
      throws IOException {
    Optional<SearchEnd> end = Optional.empty();
    for (CachedDirectory directory : directories) {
      if (end.isEmpty() && !(noDefault && isSystems(directory.path() + "/"))) {
        end = search.inCachedDirectory(directory, machine, ldconfig);
      }
    }
    if (end.isEmpty()) {
      end = inCache(search, noDefault, hwcaps, bits);
    }
    if (end.isEmpty() && !noDefault) {
      end = search.inDirectories(new FoundBy.DefaultPath(), systemDirectories);
    }
    return end;
  }

  /** The same for a name to which no cache may lead (elf/dl-load.c, {@code __RTLD_SECURE}). */
  Optional<SearchEnd> searchWithoutCache(GlibcSearch search, boolean noDefault) throws IOException {
    return noDefault
        ? Optional.empty()
        : search.inDirectories(new FoundBy.DefaultPath(), systemDirectories);
  }

  /** The loader compares prefixes, so this covers private directories below /usr/lib too. */
  private boolean isSystems(String path) {
    return systemDirectories.stream().anyMatch(path::startsWith);
  }

  private Optional<SearchEnd> inCache(
      GlibcSearch search, boolean noDefault, ImmutableList<String> hwcaps, HwcapBits bits)
      throws IOException {
    FoundBy rule = new FoundBy.Cache(cacheFlags, false, Optional.empty(), 0);
    if (cacheRemark.isPresent()) {
      search.note(new SearchedPlace(rule, PATH, cacheRemark));
      return Optional.empty();
    }
    Optional<LdSoCache.Entry> entry = cache.find(search.name(), cacheFlags, hwcaps, bits);
    if (entry.isEmpty()) {
      search.note(new SearchedPlace(rule, PATH));
      return Optional.empty();
    }
    String path = entry.get().path();
    if (noDefault && isSystems(path)) {
      search.note(
          new SearchedPlace(rule, path, Optional.of("the requester refuses system directories")));
      return Optional.empty();
    }
    return search.atPath(
        new FoundBy.Cache(
            cacheFlags,
            !noDefault && isOnDefaultPath(path, search.subdirectories()),
            entry.get().subdirectory(),
            entry.get().subdirectory().isPresent() ? 0 : entry.get().hwcap()),
        path);
  }

  private boolean isOnDefaultPath(String path, ImmutableList<String> subdirectories) {
    String directory = path.substring(0, path.lastIndexOf('/') + 1);
    for (String system : systemDirectories) {
      if (directory.startsWith(system)
          && subdirectories.contains(directory.substring(system.length()))) {
        return true;
      }
    }
    return false;
  }
}
