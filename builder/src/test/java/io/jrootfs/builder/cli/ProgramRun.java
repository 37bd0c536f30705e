package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/** The words that start this program in a process of its own. */
final class ProgramRun {
  private ProgramRun() {}

  static ImmutableList<String> words(String... arguments) {
    return ImmutableList.<String>builder()
        .add(Path.of(System.getProperty("java.home"), "bin/java").toString())
        .add("-cp", System.getProperty("java.class.path"), Main.class.getName())
        .add(arguments)
        .build();
  }
}
