package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.registry.PushReport;
import io.jrootfs.builder.registry.Registry;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How to talk to a registry; the same for every command that does. */
final class RegistryOptions {
  /** What a command's REF may be. */
  static final String REF = "An image in a registry: [REGISTRY/]NAME[:TAG].";

  /** Said by the help of every command that talks to a registry. */
  static final String CREDENTIALS =
      "Credentials are those of 'podman login' and 'docker login': REGISTRY_AUTH_FILE, podman's"
          + " auth.json, docker's config.json, and the helper programs that these name.";

  @Option(
      names = "--insecure",
      description =
          "Accept a certificate nobody vouches for, and plain HTTP. Plain HTTP to this machine"
              + " itself is always accepted.")
  private boolean insecure;

  Registry open(RegistryReference reference, ImmutableMap<String, String> environment)
      throws IOException {
    return Registry.open(reference, insecure, environment);
  }

  /** Pushes an image that is on this machine. */
  PushReport push(
      Path image,
      ImageSelection wanted,
      RegistryReference reference,
      ImmutableMap<String, String> environment)
      throws IOException, ImageFormatException {
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      DistributableImage distributable =
          DistributableImage.of(ImageReader.open(image, wanted, spool.path()), spool.path());
      try (Registry registry = open(reference, environment)) {
        return registry.push(distributable);
      }
    }
  }
}
