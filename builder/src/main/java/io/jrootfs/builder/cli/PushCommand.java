package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.registry.PushReport;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.rootfs.Count;
import java.io.IOException;
import java.nio.file.Path;

/** {@code jbuild push}: an image to a registry. */
final class PushCommand implements Command {
  @Override
  public void declare(Declaration command) {
    command
        .usageMessage()
        .customSynopsis("jbuild push [OPTIONS] IMAGE... REF")
        .description(
            "Sends an image to a registry, byte for byte, and only what the registry lacks: what it"
                + " has in the repository that the image was pulled from, or in that of its base,"
                + " it takes over. Prints NAME@DIGEST, by which it is known there.",
            "Several images, one for each platform, go under one REF as an image index.",
            RegistryOptions.CREDENTIALS)
        .footer(
            "  jbuild push image.tar localhost:5000/example/bash:1.0",
            "  jbuild push amd64.tar arm64.tar localhost:5000/example/bash:2.0");
    command.addPositional(
        Options.words(
                String.class,
                "IMAGE... REF",
                "IMAGE: docker or OCI archive, or OCI layout directory.",
                "REF: " + RegistryOptions.REF)
            .build());
    command.addOption(
        Options.listOf(
                Path.class,
                "FILE",
                "Attach a bill of materials, SPDX or CycloneDX in JSON, so that it is found with"
                    + " the image: as a referrer (OCI 1.1), listed under the tag sha256-DIGEST"
                    + " where the registry keeps no list itself.",
                "--sbom")
            .splitRegex(","));
    command.addArgGroup(RegistryOptions.declare());
    command.addArgGroup(SelectionOptions.declare());
    TalkOptions.declare(command);
  }

  @Override
  public int run(Options given, Console console)
      throws IOException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException,
          ImageReference.InvalidException {
    ImmutableList<String> arguments = given.words(String.class);
    if (arguments.size() < 2) {
      throw given.misuse("give the IMAGE, and the REF to push it to");
    }
    RegistryReference reference = RegistryReference.parse(arguments.get(arguments.size() - 1));
    if (reference.digest().isPresent()) {
      throw given.misuse("an image is pushed to a tag; its digest follows from its content");
    }
    TalkOptions talk = new TalkOptions(given);
    tell(
        console,
        talk,
        new RegistryOptions(given)
            .push(
                arguments.subList(0, arguments.size() - 1).stream()
                    .map(Path::of)
                    .collect(ImmutableList.toImmutableList()),
                SbomFile.read(given.values("--sbom", Path.class), given::misuse),
                new SelectionOptions(given).selection(),
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
    return Count.of(report.uploaded(), "blob")
        + " sent ("
        + HumanSize.of(report.uploadedSize())
        + "), "
        + (report.mounted() == 0 ? "" : report.mounted() + " from another repository, ")
        + report.present()
        + " there already";
  }
}
