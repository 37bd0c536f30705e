package io.jrootfs.runner.plan;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of the launcher, which a subclass can repeat on what the launcher takes for another
 * kernel.
 */
abstract class LauncherCase {
  @TempDir Path directory;
  Launcher launcher;

  @BeforeEach
  void copyLauncher() throws IOException {
    launcher = new Launcher(directory, before());
  }

  /** The start of every command line, which runs the rest. */
  ImmutableList<String> before() throws IOException {
    return ImmutableList.of();
  }

  BusyboxContainer container(Caller caller) throws IOException {
    return new BusyboxContainer(caller, directory);
  }
}
