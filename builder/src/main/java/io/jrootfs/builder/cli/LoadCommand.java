package io.jrootfs.builder.cli;

import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.registry.ContainerEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild load}: an image into docker or podman. */
@Command(
    name = "load",
    customSynopsis = "jbuild load [OPTIONS] IMAGE docker|podman",
    description = {
      "Puts an image into the store of docker or podman, with the program of that name, and prints"
          + " the name it has there."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jbuild load image.tar podman", "  jbuild load -q image.tar docker"})
final class LoadCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      arity = "0..1",
      description = "Docker or OCI archive, or OCI layout directory.")
  private @Nullable Path image;

  @Parameters(
      index = "1",
      paramLabel = "docker|podman",
      arity = "0..1",
      converter = EngineLoading.EngineConverter.class,
      completionCandidates = EngineLoading.EngineConverter.class,
      description = "Where to.")
  private @Nullable ContainerEngine engine;

  @ArgGroup(validate = false, heading = "%nWhich image, of several in one file:%n", order = 2)
  private SelectionOptions which = new SelectionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  LoadCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call() throws IOException, ImageFormatException {
    if (image == null || engine == null) {
      throw new ParameterException(
          spec.commandLine(), "give the IMAGE, and where to load it: docker or podman");
    }
    EngineLoading.load(image, which.selection(), engine, console, talk);
    return ExitCode.DONE.status();
  }
}
