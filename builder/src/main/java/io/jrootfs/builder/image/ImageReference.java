package io.jrootfs.builder.image;

import com.google.common.base.Ascii;
import java.util.regex.Pattern;

/**
 * The full name of an image. Short forms are completed as docker does: {@code bash} is {@code
 * docker.io/library/bash:latest} (distribution/reference).
 *
 * @param domain the registry, with its port if it has one
 * @param path the repository in it
 * @param tag the version of it
 */
public record ImageReference(String domain, String path, String tag) {
  private static final String DOCKER_HUB = "docker.io";
  private static final String LATEST = "latest";
  private static final int MAX_NAME_LENGTH = 255;

  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  private static final Pattern DOMAIN =
      Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?");
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+";
  private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern IMAGE_ID = Pattern.compile("[a-f0-9]{64}");

  /** What docker would refuse as the name of an image, and why. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reference;

    /**
     * @param reference as it was given
     * @param reason why it is none, and what would be
     */
    public InvalidException(String reference, String reason) {
      super("image name '" + reference + "': " + reason);
      this.reference = reference;
    }

    /** As it was given. */
    public String reference() {
      return reference;
    }
  }

  /** The full name of {@code reference}, which is {@code [domain/]path[:tag]}. */
  public static ImageReference parse(String reference) throws InvalidException {
    int scheme = reference.indexOf("://");
    if (scheme >= 0) {
      throw new InvalidException(
          reference,
          "a name begins with the registry; leave out '" + reference.substring(0, scheme) + "://'");
    }
    if (reference.indexOf('@') >= 0) {
      throw new InvalidException(reference, "a digest cannot be given as a name, use NAME[:TAG]");
    }
    int colon = reference.lastIndexOf(':');
    boolean tagged = colon > reference.lastIndexOf('/');
    String tag = tagged ? reference.substring(colon + 1) : LATEST;
    String name = tagged ? reference.substring(0, colon) : reference;
    if (!TAG.matcher(tag).matches()) {
      throw new InvalidException(
          reference,
          "the tag must be 1 to 128 letters, digits, '_', '.', '-', not starting with . or -");
    }
    ImageReference full = complete(reference, name, tag);
    if (full.name().length() > MAX_NAME_LENGTH) {
      throw new InvalidException(reference, "longer than " + MAX_NAME_LENGTH + " characters");
    }
    return full;
  }

  private static ImageReference complete(String reference, String name, String tag)
      throws InvalidException {
    if (IMAGE_ID.matcher(name).matches()) {
      throw new InvalidException(reference, "64 hexadecimal digits are an image ID, not a name");
    }
    int slash = name.indexOf('/');
    String domain = DOCKER_HUB;
    String path = name;
    if (slash > 0 && looksLikeDomain(name.substring(0, slash))) {
      domain = name.substring(0, slash);
      path = name.substring(slash + 1);
    }
    if (domain.equals("index.docker.io")) {
      domain = DOCKER_HUB;
    }
    if (!DOMAIN.matcher(domain).matches()) {
      throw new InvalidException(reference, "'" + domain + "' is no registry, HOST[:PORT]");
    }
    if (!PATH.matcher(path).matches()) {
      String lower = Ascii.toLowerCase(path);
      throw new InvalidException(
          reference,
          "'"
              + path
              + "' is no repository, which has lower-case letters and digits, and between them"
              + " single '.', '_', '__' or '-'"
              + (PATH.matcher(lower).matches() ? "; '" + lower + "' would be one" : ""));
    }
    boolean official = domain.equals(DOCKER_HUB) && path.indexOf('/') < 0;
    return new ImageReference(domain, official ? "library/" + path : path, tag);
  }

  /**
   * Whether somebody who gives this where a file is wanted means an image in a registry: the name
   * begins with one, or has a tag.
   */
  static boolean looksRemote(String name) {
    int slash = name.indexOf('/');
    boolean hasDomain = slash > 0 && looksLikeDomain(name.substring(0, slash));
    if (!hasDomain && name.indexOf(':') < 0) {
      return false;
    }
    try {
      parse(name.replaceFirst("@sha256:[0-9a-f]{64}$", ""));
      return true;
    } catch (InvalidException e) {
      return false;
    }
  }

  private static boolean looksLikeDomain(String first) {
    return first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equals("localhost")
        || !first.equals(Ascii.toLowerCase(first));
  }

  /**
   * A name for an image nobody named: {@code localhost/SUBJECT:latest}, as podman calls images of
   * local origin. Without any name containerd's import takes nothing from an archive.
   *
   * @param subject what the image is of, such as a program; what a name cannot hold becomes {@code
   *     -}
   */
  public static ImageReference forUnnamed(String subject) {
    String name = Ascii.toLowerCase(subject).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String path = name.isEmpty() || name.length() > 128 ? "image" : name;
    return new ImageReference("localhost", path, LATEST);
  }

  /** Domain and path, without the tag. */
  public String name() {
    return domain + "/" + path;
  }

  @Override
  public String toString() {
    return name() + ":" + tag;
  }
}
