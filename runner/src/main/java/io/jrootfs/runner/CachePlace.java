package io.jrootfs.runner;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.bundle.OwnerMode;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Where unpacked images are kept, and how their owners are. */
public final class CachePlace {
  /** Names the directory; wins over all rules. */
  public static final String VARIABLE = "JRUN_CACHE_DIR";

  private CachePlace() {}

  /**
   * The cache's directory: {@value #VARIABLE}, root's {@code /var/cache/jrun}, otherwise the user's
   * cache (XDG Base Directory Specification).
   *
   * @param isRoot whether the caller is the system's root, not that of a namespace of ours
   * @throws FileSystemException if no rule names a directory
   */
  public static Path of(ImmutableMap<String, String> environment, boolean isRoot)
      throws FileSystemException {
    String chosen = environment.getOrDefault(VARIABLE, "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen);
    }
    if (isRoot) {
      return Path.of("/var/cache/jrun");
    }
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    // "If an implementation encounters a relative path [...] ignore it."
    if (cache.startsWith("/")) {
      return Path.of(cache, "jrun");
    }
    String home = environment.getOrDefault("HOME", "");
    if (home.startsWith("/")) {
      return Path.of(home, ".cache", "jrun");
    }
    throw new FileSystemException(
        "cache",
        null,
        "neither XDG_CACHE_HOME nor HOME says where to keep unpacked images; set " + VARIABLE);
  }

  /** How owners in an image become owners on disk under these mappings. */
  public static OwnerMode owners(IdMappings mappings) {
    if (mappings.isRootOnly()) {
      return new OwnerMode(false, 0, "owned by root");
    }
    return new OwnerMode(
        true,
        Math.min(last(mappings.uids()), last(mappings.gids())),
        "owners "
            + Joiner.on(' ').join(mappings.uids())
            + " "
            + Joiner.on(' ').join(mappings.gids()));
  }

  /** The greatest id such that it and all below it are mapped; 0 if not even 0 is. */
  private static long last(ImmutableList<IdMapping> mappings) {
    long next = 0;
    boolean grown = true;
    while (grown) {
      grown = false;
      for (IdMapping mapping : mappings) {
        if (mapping.contains(next)) {
          next = mapping.containerId() + mapping.size();
          grown = true;
        }
      }
    }
    return Math.max(0, next - 1);
  }
}
