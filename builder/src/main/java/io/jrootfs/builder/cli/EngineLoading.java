package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ArchiveForm;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageDocuments;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.registry.ContainerEngine;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** Loading into a container engine; the same for every command that does. */
final class EngineLoading {
  static final EnumConverter<ContainerEngine> ENGINES =
      new EnumConverter<>(ContainerEngine.values());

  private EngineLoading() {}

  /** Loads an image of this machine, and prints the name it then has. */
  static void load(
      Path file, ImageSelection wanted, ContainerEngine engine, Console console, TalkOptions talk)
      throws IOException, ImageFormatException {
    ImageReference name;
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      Image image = ImageReader.open(file, wanted, spool.path());
      name = name(image);
      Path archive = spool.path().resolve("image.tar");
      HybridArchive.write(
          name,
          image.config().platform(),
          DistributableImage.of(image, spool.path()),
          0,
          ArchiveForm.HYBRID,
          archive);
      engine.load(archive, name, console.environment());
    }
    console.out().println(name);
    if (!talk.isQuiet()) {
      console.err().println("loaded " + name + " into " + engine.program());
    }
  }

  /** What the image is called where it comes from, or after its file. */
  static ImageReference name(Image image) {
    for (String name :
        image.documents().map(ImageDocuments::names).stream().flatMap(n -> n.stream()).toList()) {
      // A layout's bare tags are no names.
      if (name.contains("/") || name.contains(":")) {
        try {
          return ImageReference.parse(name);
        } catch (ImageReference.InvalidException e) {
          // Nor are names that no registry would take; perhaps the next one is better.
        }
      }
    }
    return ImageReference.forUnnamed(String.valueOf(image.source().getFileName()));
  }
}
