package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import java.nio.file.Path;

/** The recipe that a command is about. */
final class RecipeArgument {
  private final Options given;

  RecipeArgument(Options given) {
    this.given = given;
  }

  static void declare(Declaration command) {
    command.addPositional(Options.word(0, Path.class, "RECIPE", "A recipe file.").build());
    command.addOption(RecipeSettings.option());
  }

  /** Its file. */
  Path file() {
    return given
        .word(0, Path.class)
        .orElseThrow(() -> given.misuse("give the file name of a RECIPE"));
  }

  ImmutableMap<String, String> settings() {
    return new RecipeSettings(given).values();
  }
}
