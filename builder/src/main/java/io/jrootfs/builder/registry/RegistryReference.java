package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ImageReference;
import java.util.Optional;

/**
 * An image in a registry.
 *
 * @param name the registry, repository and tag
 * @param digest of the manifest, which then counts instead of the tag
 */
public record RegistryReference(ImageReference name, Optional<Digest> digest) {
  private static final String DOCKER_HUB = "docker.io";

  /** Where Docker Hub is; its name leads to web pages. */
  private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";

  /**
   * From {@code [REGISTRY/]NAME[:TAG][@sha256:DIGEST]}, completed as docker does.
   *
   * @throws ImageReference.InvalidException if docker would refuse it
   */
  public static RegistryReference parse(String text) throws ImageReference.InvalidException {
    int at = text.indexOf('@');
    if (at < 0) {
      return new RegistryReference(ImageReference.parse(text), Optional.empty());
    }
    try {
      return new RegistryReference(
          ImageReference.parse(text.substring(0, at)),
          Optional.of(Digest.parse(text.substring(at + 1))));
    } catch (IllegalArgumentException e) {
      throw new ImageReference.InvalidException(
          text,
          "'"
              + text.substring(at + 1)
              + "' is no digest, which is 'sha256:' and 64 hexadecimal digits in lower case");
    }
  }

  /** The registry as users call it. */
  String registry() {
    return name.domain();
  }

  /** The registry's address, {@code HOST[:PORT]}. */
  String server() {
    return name.domain().equals(DOCKER_HUB) ? DOCKER_HUB_SERVER : name.domain();
  }

  /** What to ask the registry for. */
  String version() {
    return digest.map(Digest::toString).orElse(name.tag());
  }

  @Override
  public String toString() {
    return digest.map(value -> name.name() + "@" + value).orElse(name.toString());
  }
}
