package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.registry.ContainerEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code jbuild load}: an image into docker or podman. */
final class LoadCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild load [OPTIONS] IMAGE docker|podman")
        .description(
            "Puts an image into the store of docker or podman, with the program of that name, and"
                + " prints the name it has there.")
        .footer("  jbuild load image.tar podman", "  jbuild load -q image.tar docker");
    command.addPositional(
        Options.word(0, Path.class, "IMAGE", "Docker or OCI archive, or OCI layout directory.")
            .build());
    command.addPositional(
        Options.word(1, ContainerEngine.class, "docker|podman", "Where to.")
            .converters(EngineLoading.ENGINES)
            .completionCandidates(EngineLoading.ENGINES)
            .build());
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console) throws IOException, ImageFormatException {
    Optional<Path> image = given.word(0, Path.class);
    Optional<ContainerEngine> engine = given.word(1, ContainerEngine.class);
    if (image.isEmpty() || engine.isEmpty()) {
      throw given.misuse("give the IMAGE, and where to load it: docker or podman");
    }
    EngineLoading.load(
        image.get(),
        new SelectionOptions(given).selection(),
        engine.get(),
        console,
        new TalkOptions(given));
    return ExitCode.DONE.status();
  }
}
