package io.jrootfs.runner;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.bundle.OwnerMode;
import io.jrootfs.runner.bundle.TemporaryPlaces;
import io.jrootfs.runner.namespace.IdMappings;
import io.jrootfs.runner.state.PlacedProcess;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/** Where unpacked images are kept, and how their owners are. */
public final class CachePlace {
  /** Names the directory; wins over all rules. */
  public static final String VARIABLE = "JRUN_CACHE_DIR";

  private CachePlace() {}

  /**
   * The cache's directory: {@value #VARIABLE}, root's {@code /var/cache/jrun}, otherwise the user's
   * cache (XDG Base Directory Specification).
   *
   * @param isRoot whether the caller is the system's root, not that of a user namespace
   * @return empty if no rule names a directory
   */
  public static Optional<Path> find(ImmutableMap<String, String> environment, boolean isRoot) {
    String chosen = environment.getOrDefault(VARIABLE, "");
    if (!chosen.isEmpty()) {
      return Optional.of(Path.of(chosen));
    }
    if (isRoot) {
      return Optional.of(Path.of("/var/cache/jrun"));
    }
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    // "If an implementation encounters a relative path [...] ignore it."
    if (cache.startsWith("/")) {
      return Optional.of(Path.of(cache, "jrun"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/") ? Optional.of(Path.of(home, ".cache", "jrun")) : Optional.empty();
  }

  /**
   * The same for those who need it.
   *
   * @throws FileSystemException if no rule names a directory
   */
  public static Path of(ImmutableMap<String, String> environment, boolean isRoot)
      throws FileSystemException {
    return find(environment, isRoot)
        .orElseThrow(
            () ->
                new FileSystemException(
                    "cache",
                    null,
                    "neither XDG_CACHE_HOME nor HOME says where to keep unpacked images; set "
                        + VARIABLE));
  }

  /**
   * What takes the cache's place where it cannot be written.
   *
   * @param launcher that will start the container
   */
  public static TemporaryPlaces temporary(ImmutableMap<String, String> environment, long launcher)
      throws IOException {
    return new TemporaryPlaces(
        TemporaryPlaces.directories(environment),
        PlacedProcess.of(launcher).text(),
        PlacedProcess::mayLive);
  }

  /**
   * How owners in an image become owners on disk.
   *
   * @param available the ids of the user namespace that jrun is in, which unpacks
   * @param shift from the container's ids to those, if it is in another one
   */
  public static OwnerMode owners(IdMappings available, Optional<IdMappings> shift) {
    if (available.isRootOnly()) {
      return new OwnerMode(false, available, "owned by root");
    }
    String description = "owners " + words(available);
    // Where some ids are left out and none is moved, the tree is the one that everybody has.
    return shift
        .filter(ids -> !ids.isIdentity())
        .map(ids -> new OwnerMode(true, ids, description + " shifted " + words(ids)))
        .orElseGet(() -> new OwnerMode(true, available.inside(), description));
  }

  private static String words(IdMappings mappings) {
    return Joiner.on(' ').join(mappings.uids()) + " " + Joiner.on(' ').join(mappings.gids());
  }
}
