package io.jrootfs.runner.leak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories whose names tell which JVM's they are: what mentions one was begun by the
 * tests of this JVM, whoever else tests on the same machine.
 */
public final class OwnDirectories implements TempDirFactory {
  private static final String PREFIX = "jrun-tests-" + ProcessHandle.current().pid() + "-";

  /** Where all of them are. */
  static Path parent() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** How the paths of all of them begin, and those of nobody else. */
  static String prefix() {
    return parent().resolve(PREFIX).toString();
  }

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws IOException {
    return Files.createTempDirectory(parent(), PREFIX);
  }
}
