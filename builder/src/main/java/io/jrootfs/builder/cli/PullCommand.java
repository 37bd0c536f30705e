package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ArchiveForm;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.registry.Registry;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code jbuild pull}: an image from a registry into an archive. */
final class PullCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild pull [OPTIONS] REF")
        .description(
            "Fetches an image from a registry into an archive that docker, podman, skopeo,"
                + " containerd and jrun read. Manifest, configuration and layers stay byte for byte"
                + " what they are.",
            RegistryOptions.CREDENTIALS)
        .footer(
            "  jbuild pull localhost:5000/example/bash:1.0 -o image.tar",
            "  jbuild pull --platform linux/arm64 localhost:5000/example/bash:2.0 -o arm64.tar");
    command.addPositional(
        Options.word(
                0,
                String.class,
                "REF",
                "An image in a registry: [REGISTRY/]NAME[:TAG][@sha256:DIGEST].")
            .build());
    command.addOption(
        Options.file("FILE", "Where to write. Default: image.tar.", "-o", "--output"));
    command.addOption(
        SelectionOptions.platform(
            "Of several images under one name that for this machine, such as linux/arm64."
                + " Default: the one for the machine this runs on."));
    command.addArgGroup(RegistryOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console)
      throws IOException, ImageFormatException, ImageReference.InvalidException {
    RegistryReference wanted =
        RegistryReference.parse(
            given
                .word(0, String.class)
                .orElseThrow(() -> given.misuse("give the REF of the image to pull")));
    ImageSelection selection =
        ImageSelection.of(Optional.empty(), given.value("--platform", Platform.class));
    TalkOptions talk = new TalkOptions(given);
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      Image image;
      try (TransferProgress progress = new TransferProgress(console, talk);
          Registry source =
              new RegistryOptions(given).open(wanted, console.environment(), progress)) {
        image = source.pull(selection, spool.path());
      }
      WrittenImage written =
          HybridArchive.write(
              wanted.name(),
              image.config().platform(),
              DistributableImage.of(image, spool.path()),
              0,
              ArchiveForm.HYBRID,
              given.value("--output", Path.class).orElse(Path.of("image.tar")));
      if (!talk.isQuiet()) {
        console
            .err()
            .printf(
                "%s: %s, %s, %s%n",
                written.path(),
                wanted,
                HumanSize.of(Files.size(written.path())),
                written.manifestDigest());
      }
    }
    return ExitCode.DONE.status();
  }
}
