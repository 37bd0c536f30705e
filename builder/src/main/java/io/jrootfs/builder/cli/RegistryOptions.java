package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageOrigins;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.StoredDocument;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.registry.PushReport;
import io.jrootfs.builder.registry.Registry;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.registry.TransferListener;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.OptionSpec;

/** How to talk to a registry; the same for every command that does. */
final class RegistryOptions {
  /** What a command's REF may be. */
  static final String REF = "An image in a registry: [REGISTRY/]NAME[:TAG].";

  /** Said by the help of every command that talks to a registry. */
  static final String CREDENTIALS =
      "Credentials are those of 'podman login' and 'docker login': REGISTRY_AUTH_FILE, podman's"
          + " auth.json, docker's config.json, and the helper programs that these name. Proxies are"
          + " those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY.";

  private final boolean insecure;

  RegistryOptions(Options given) {
    this.insecure = given.isOn("--insecure");
  }

  /** Of a command that is about a registry. */
  static OptionGroup declare() {
    return Options.group("%nRegistry:%n", option());
  }

  static OptionSpec.Builder option() {
    return Options.flag(
        "Accept a certificate nobody vouches for, and plain HTTP. Plain HTTP to this machine itself"
            + " is always accepted.",
        "--insecure");
  }

  boolean isInsecure() {
    return insecure;
  }

  Registry open(
      RegistryReference reference,
      ImmutableMap<String, String> environment,
      TransferListener listener)
      throws IOException {
    return Registry.open(reference, insecure, environment, listener);
  }

  /**
   * What a push did.
   *
   * @param image the image, or the index of several
   * @param documents what was attached to it, by file
   */
  record Pushed(PushReport image, ImmutableMap<Path, PushReport> documents) {}

  /**
   * Pushes images of this machine: one as it is, several under an index.
   *
   * @param documents bills of materials to attach
   * @param console has the environment, and shows how far it is
   */
  Pushed push(
      ImmutableList<Path> images,
      ImmutableList<SbomFile> documents,
      ImageSelection wanted,
      RegistryReference reference,
      Console console,
      TalkOptions talk)
      throws IOException, ImageFormatException, ImageIndex.AmbiguousPlatformException {
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImmutableList.Builder<ImageIndex.Entry> builder = ImmutableList.builder();
      ImmutableList.Builder<ImageReference> named = ImmutableList.builder();
      for (Path path : images) {
        Image image = ImageReader.open(path, wanted, spool.path());
        named.addAll(ImageOrigins.of(image));
        builder.add(
            new ImageIndex.Entry(
                DistributableImage.of(image, spool.path()), image.config().platform()));
      }
      ImmutableList<ImageIndex.Entry> entries = builder.build();
      ImageIndex index = ImageIndex.of(entries);
      try (TransferProgress progress = new TransferProgress(console, talk);
          Registry registry = open(reference, console.environment(), progress)) {
        boolean isSingle = entries.size() == 1;
        DistributableImage first = entries.get(0).image();
        ImmutableList<ImageReference> origins = named.build();
        PushReport report =
            isSingle ? registry.push(first, origins) : registry.push(index, origins);
        StoredDocument subject = isSingle ? first.manifest() : index.document();
        ImmutableMap.Builder<Path, PushReport> attached = ImmutableMap.builder();
        for (SbomFile document : documents) {
          attached.put(document.file(), registry.attach(document.about(subject)));
        }
        return new Pushed(report, attached.buildOrThrow());
      }
    }
  }
}
