package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.option.Options;
import picocli.CommandLine.Model.OptionSpec;

/** Values for the variables of a recipe; the same for every command that reads one. */
final class RecipeSettings {
  private final ImmutableMap<String, String> settings;

  RecipeSettings(Options given) {
    this.settings = given.valuesByName("--set");
  }

  static OptionSpec.Builder option() {
    return Options.pairs("NAME=VALUE", "A value for a variable of the recipe.", "--set");
  }

  boolean isEmpty() {
    return settings.isEmpty();
  }

  ImmutableMap<String, String> values() {
    return settings;
  }
}
