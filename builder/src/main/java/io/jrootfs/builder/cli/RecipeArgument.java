package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The recipe that a command is about. */
final class RecipeArgument {
  @Parameters(paramLabel = "RECIPE", arity = "0..1", description = "A recipe file.")
  private @Nullable Path file;

  @Mixin private RecipeSettings settings = new RecipeSettings();

  /**
   * Its file.
   *
   * @param command whose usage it is, if none is given
   */
  Path file(CommandSpec command) {
    if (file == null) {
      throw new ParameterException(command.commandLine(), "give the file name of a RECIPE");
    }
    return file;
  }

  ImmutableMap<String, String> settings() {
    return settings.values();
  }
}
