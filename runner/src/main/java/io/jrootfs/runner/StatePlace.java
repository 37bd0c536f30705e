package io.jrootfs.runner;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.state.RecordsDirectory;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Where the records of containers are kept. */
public final class StatePlace {
  private StatePlace() {}

  /**
   * The records' directory: {@value RecordsDirectory#VARIABLE}, root's {@code /run/jrun}, otherwise
   * {@code jrun} in the user's directory for such things (XDG Base Directory Specification), or,
   * where no session has made one, in his cache.
   *
   * @param isRoot whether the caller is the system's root, not that of a user namespace
   * @throws FileSystemException if no rule names a directory
   */
  public static Path of(ImmutableMap<String, String> environment, boolean isRoot)
      throws FileSystemException {
    String chosen = environment.getOrDefault(RecordsDirectory.VARIABLE, "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen).toAbsolutePath();
    }
    if (isRoot) {
      return Path.of("/run/jrun");
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    return runtime.startsWith("/")
        ? Path.of(runtime, "jrun")
        : CachePlace.of(environment, false).toAbsolutePath().resolve("run");
  }
}
