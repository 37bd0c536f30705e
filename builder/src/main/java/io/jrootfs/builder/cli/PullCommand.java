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
import io.jrootfs.builder.registry.Registry;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild pull}: an image from a registry into an archive. */
@Command(
    name = "pull",
    customSynopsis = "jbuild pull [OPTIONS] REF",
    description = {
      "Fetches an image from a registry into an archive that docker, podman, skopeo, containerd and"
          + " jrun read. Manifest, configuration and layers stay byte for byte what they are.",
      RegistryOptions.CREDENTIALS
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild pull localhost:5000/example/bash:1.0 -o image.tar",
      "  jbuild pull --platform linux/arm64 debian:stable-slim -o debian.tar"
    })
final class PullCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(
      paramLabel = "REF",
      arity = "0..1",
      description = "An image in a registry: [REGISTRY/]NAME[:TAG][@sha256:DIGEST].")
  private @Nullable String reference;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      defaultValue = "image.tar",
      description = "Where to write. Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("image.tar");

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      converter = SelectionOptions.PlatformConverter.class,
      description =
          "Of several images under one name that for this machine, such as linux/arm64. Default:"
              + " the one for the machine this runs on.")
  private @Nullable Platform platform;

  @ArgGroup(validate = false, heading = "%nRegistry:%n", order = 1)
  private RegistryOptions registry = new RegistryOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  PullCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, ImageFormatException, ImageReference.InvalidException {
    if (reference == null) {
      throw new ParameterException(spec.commandLine(), "give the REF of the image to pull");
    }
    RegistryReference wanted = RegistryReference.parse(reference);
    ImageSelection selection = ImageSelection.of(Optional.empty(), Optional.ofNullable(platform));
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      Image image;
      try (TransferProgress progress = new TransferProgress(console, talk);
          Registry source = registry.open(wanted, console.environment(), progress)) {
        image = source.pull(selection, spool.path());
      }
      WrittenImage written =
          HybridArchive.write(
              wanted.name(),
              image.config().platform(),
              DistributableImage.of(image, spool.path()),
              0,
              ArchiveForm.HYBRID,
              output);
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
