package io.jrootfs.runner;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that we are.
 *
 * @param launcher {@code bin/jrun}, as it knows itself
 * @param compiler the jar in {@code lib}
 */
public record ProgramFiles(Path launcher, Path compiler) {
  /** The installation that runs; empty if we do not run out of one. */
  public static Optional<ProgramFiles> running() {
    Path jar = Path.of(System.getProperty("java.class.path", ""));
    Path directory = jar.getParent();
    if (directory == null || !jar.isAbsolute() || !Files.isRegularFile(jar)) {
      return Optional.empty();
    }
    Path launcher = directory.resolveSibling("bin").resolve("jrun");
    return Files.isRegularFile(launcher)
        ? Optional.of(new ProgramFiles(launcher, jar))
        : Optional.empty();
  }
}
