package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Values for the variables of a recipe; the same for every command that reads one. */
final class RecipeSettings {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A value for a variable of the recipe.")
  private Map<String, String> settings = ImmutableMap.of();

  boolean isEmpty() {
    return settings.isEmpty();
  }

  ImmutableMap<String, String> values() {
    return ImmutableMap.copyOf(settings);
  }
}
