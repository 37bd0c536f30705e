package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.registry.ContainerEngine;
import io.jrootfs.builder.registry.RegistryReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Where an image goes when it has been written. */
final class DeliveryOptions {
  private final @Nullable String push;
  private final @Nullable ContainerEngine engine;
  private final RegistryOptions registry;

  DeliveryOptions(Options given) {
    this.push = given.value("--push").orElse(null);
    this.engine = given.value("--load", ContainerEngine.class).orElse(null);
    this.registry = new RegistryOptions(given);
  }

  static OptionGroup declare() {
    return group(
        "%nAfterwards:%n",
        text("REF", "Send the image to a registry as well, as 'jbuild push' does.", "--push"),
        EngineLoading.ENGINES.takenBy(
            Options.of(
                ContainerEngine.class,
                "ENGINE",
                "Put the image into docker or podman as well, as 'jbuild load' does.",
                "--load")),
        RegistryOptions.option());
  }

  /** The options that are given; each needs an image. */
  boolean isGiven() {
    return push != null || engine != null;
  }

  /** Whether it goes to a registry. */
  boolean isPushing() {
    return push != null;
  }

  /** How registries are spoken to, also those that something comes from. */
  RegistryOptions registry() {
    return registry;
  }

  /** Fails before anything is built. */
  void check() throws ImageReference.InvalidException {
    reference();
  }

  private Optional<RegistryReference> reference() throws ImageReference.InvalidException {
    return push == null ? Optional.empty() : Optional.of(RegistryReference.parse(push));
  }

  /**
   * Brings an archive of ours where it should go.
   *
   * @param image the archive
   * @param images what is in it: itself, or an archive for each machine
   * @param documents bills of materials, attached where it is pushed
   * @param usage makes the exception for a message
   */
  void deliver(
      Path image,
      ImmutableList<Path> images,
      ImmutableList<Path> documents,
      Function<String, ParameterException> usage,
      Console console,
      TalkOptions talk)
      throws IOException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException,
          ImageReference.InvalidException {
    Optional<RegistryReference> reference = reference();
    if (reference.isPresent()) {
      PushCommand.tell(
          console,
          talk,
          registry.push(
              images,
              SbomFile.read(documents, usage),
              ImageSelection.forThisMachine(),
              reference.get(),
              console,
              talk));
    }
    if (engine != null) {
      EngineLoading.load(image, ImageSelection.forThisMachine(), engine, console, talk);
    }
  }
}
