package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.registry.PushReport;
import io.jrootfs.builder.registry.RegistryReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jbuild push}: an image to a registry. */
@Command(
    name = "push",
    customSynopsis = "jbuild push [OPTIONS] IMAGE... REF",
    description = {
      "Sends an image to a registry, byte for byte, and only what the registry lacks. Prints"
          + " NAME@DIGEST, by which it is known there.",
      "Several images, one for each platform, go under one REF as an image index.",
      RegistryOptions.CREDENTIALS
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild push image.tar localhost:5000/example/bash:1.0",
      "  jbuild push amd64.tar arm64.tar registry.example.org/team/bash"
    })
final class PushCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Parameters(
      paramLabel = "IMAGE... REF",
      arity = "0..*",
      description = {
        "IMAGE: docker or OCI archive, or OCI layout directory.",
        "REF: " + RegistryOptions.REF
      })
  private List<String> arguments = ImmutableList.of();

  @ArgGroup(validate = false, heading = "%nRegistry:%n", order = 1)
  private RegistryOptions registry = new RegistryOptions();

  @Option(
      names = "--sbom",
      paramLabel = "FILE",
      split = ",",
      description =
          "Attach a bill of materials, SPDX or CycloneDX in JSON, so that it is found with the"
              + " image: as a referrer (OCI 1.1), listed under the tag sha256-DIGEST where the"
              + " registry keeps no list itself.")
  private List<Path> documents = ImmutableList.of();

  @ArgGroup(validate = false, heading = "%nWhich image, of several in one file:%n", order = 2)
  private SelectionOptions which = new SelectionOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  @Spec private CommandSpec spec;

  PushCommand(Console console) {
    this.console = console;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call()
      throws IOException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException,
          ImageReference.InvalidException {
    if (arguments.size() < 2) {
      throw new ParameterException(spec.commandLine(), "give the IMAGE, and the REF to push it to");
    }
    RegistryReference reference = RegistryReference.parse(arguments.get(arguments.size() - 1));
    if (reference.digest().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "an image is pushed to a tag; its digest follows from its content");
    }
    tell(
        console,
        talk,
        registry.push(
            arguments.subList(0, arguments.size() - 1).stream()
                .map(Path::of)
                .collect(ImmutableList.toImmutableList()),
            SbomFile.read(
                documents, message -> new ParameterException(spec.commandLine(), message)),
            which.selection(),
            reference,
            console,
            talk));
    return ExitCode.DONE.status();
  }

  /** The name as the result, the rest as talk. */
  static void tell(Console console, TalkOptions talk, RegistryOptions.Pushed pushed) {
    PushReport report = pushed.image();
    console.out().println(report.reference().name().name() + "@" + report.manifestDigest());
    if (!talk.isQuiet()) {
      console.err().println("pushed " + report.reference() + ": " + blobs(report));
      pushed
          .documents()
          .forEach(
              (file, document) ->
                  console
                      .err()
                      .println(
                          "attached "
                              + file
                              + " to "
                              + report.manifestDigest()
                              + ": "
                              + blobs(document)));
    }
  }

  private static String blobs(PushReport report) {
    return report.uploaded()
        + " blobs sent ("
        + HumanSize.of(report.uploadedSize())
        + "), "
        + report.present()
        + " there already";
  }
}
