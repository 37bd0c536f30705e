package io.jrootfs.builder;

import com.google.common.base.Ascii;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.debian.PackageArchive;
import io.jrootfs.builder.recipe.Recipe;
import java.nio.file.Path;
import java.util.Optional;

/** A recipe's Debian system as a request to the tools that make one. */
final class BaseRequests {
  private BaseRequests() {}

  /**
   * Lists, logs and the machine's id are never in a base system, whether a recipe trims them or
   * not.
   *
   * @throws IllegalArgumentException if a value cannot be what it is meant to be
   */
  static BootstrapRequest of(Recipe.DebianSystem system) {
    boolean documents = system.trim().contains("docs");
    if (documents != system.trim().contains("locales")) {
      throw new IllegalArgumentException("'trim' takes docs and locales together or neither");
    }
    return new BootstrapRequest(
        system.suite(),
        Optional.of(system.variant()),
        system.packages(),
        new PackageArchive(
            system.mirror(),
            system.components(),
            system.keyring().map(Path::toAbsolutePath),
            /* checkSignatures= */ true),
        Optional.empty(),
        BootstrapRequest.Tool.valueOf(Ascii.toUpperCase(system.tool())),
        documents);
  }
}
