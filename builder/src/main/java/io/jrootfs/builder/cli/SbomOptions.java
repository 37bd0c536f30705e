package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.listOf;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.image.PendingFile;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.sbom.Inventory;
import io.jrootfs.builder.sbom.SbomFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Software bills of materials, written beside an image. */
final class SbomOptions {
  /** Who writes them. */
  static Inventory.Tool tool() {
    return new Inventory.Tool("jbuild", Version.number());
  }

  private static final EnumConverter<SbomFormat> FORMATS = new EnumConverter<>(SbomFormat.values());

  private final ImmutableList<SbomFormat> formats;

  SbomOptions(Options given) {
    this.formats = given.values("--sbom", SbomFormat.class);
  }

  static OptionGroup declare() {
    return group(
        "%nBills of materials:%n",
        FORMATS.takenBy(
            listOf(
                    SbomFormat.class,
                    "FORMAT",
                    "spdx or cyclonedx, or both: write a bill of materials beside the image, with"
                        + " package, version and SHA-256 of every file and what needs what. Of"
                        + " image.tar: image.spdx.json (SPDX 2.3), image.cdx.json (CycloneDX 1.6).",
                    "--sbom")
                .splitRegex(",")));
  }

  boolean isGiven() {
    return !formats.isEmpty();
  }

  /**
   * Fails, before the image is written, where its documents could not be.
   *
   * @throws IOException if one cannot be made where it belongs
   */
  void check(Path image) throws IOException {
    for (SbomFormat format : ImmutableSet.copyOf(formats)) {
      PendingFile.replacing(file(image, format)).close();
    }
  }

  /**
   * Writes the documents that are asked for, and tells where.
   *
   * @return where each is
   * @throws IOException if one cannot be written
   */
  ImmutableList<Path> write(Inventory inventory, Path image, TalkOptions talk, Console console)
      throws IOException {
    ImmutableList.Builder<Path> written = ImmutableList.builder();
    for (SbomFormat format : ImmutableSet.copyOf(formats)) {
      Path file = file(image, format);
      try (PendingFile pending = PendingFile.replacing(file)) {
        try (OutputStream out = new BufferedOutputStream(pending.stream())) {
          format.write(inventory, out);
        }
        pending.commit();
      }
      written.add(file);
      if (!talk.isQuiet()) {
        console
            .err()
            .printf(
                "%s: %d packages, %d files%n",
                file, inventory.packages().size(), inventory.files().size());
      }
    }
    return written.build();
  }

  /** Beside the image, and never in it: "." is a directory that has a name and a place, too. */
  private static Path file(Path image, SbomFormat format) {
    Path place = image.toAbsolutePath().normalize();
    Path name = place.getFileName();
    // Documents' names do not repeat what an archive's name ends in.
    String base = String.valueOf(name).replaceFirst("\\.(tar(\\.(gz|zst))?|tgz)$", "");
    Path file = place.resolveSibling((base.isEmpty() ? name : base) + format.suffix());
    return image.isAbsolute() ? file : Path.of("").toAbsolutePath().relativize(file);
  }
}
