package io.jrootfs.builder.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which image is meant where an archive or layout holds several.
 *
 * @param reference its name, as {@code NAME[:TAG]}, or its tag alone; empty for any
 * @param platform the machine it should be for
 * @param isDemanded whether it must be for that machine; otherwise the machine is not asked about
 *     where there is no choice
 */
public record ImageSelection(Optional<String> reference, Platform platform, boolean isDemanded) {
  /** The first image for this machine. */
  public static ImageSelection forThisMachine() {
    return of(Optional.empty(), Optional.empty());
  }

  /** The image of that name, for this machine. */
  public static ImageSelection named(String reference) {
    return of(Optional.of(reference), Optional.empty());
  }

  /**
   * What somebody has asked for.
   *
   * @param platform the machine it must be for; empty: of several images this one's, and the only
   *     one whatever it is for
   */
  public static ImageSelection of(Optional<String> reference, Optional<Platform> platform) {
    return new ImageSelection(
        reference, platform.orElseGet(Platform::ofThisMachine), platform.isPresent());
  }

  /** The same of any name. */
  public ImageSelection ofAnyName() {
    return new ImageSelection(Optional.empty(), platform, isDemanded);
  }

  /** Whether an image for {@code found} will do where there is no other. */
  public boolean accepts(Platform found) {
    return !isDemanded || found.satisfies(platform);
  }

  /**
   * Fails unless an image for {@code found} will do where there is no other.
   *
   * @param image that it is in, for the message
   * @throws ImageFormatException if it is refused
   */
  public void check(Path image, Platform found) throws ImageFormatException {
    if (!accepts(found)) {
      throw new ImageFormatException(
          image,
          ImageFormatException.Kind.NO_SUCH_PLATFORM,
          "",
          "is an image for " + found + ", not for " + platform);
    }
  }

  /**
   * Accepts a root filesystem without an image around it, which has no name, unless one of a name
   * is meant.
   *
   * @param root its tar or directory, for the message
   * @throws ImageFormatException if it is refused
   */
  public void acceptNameless(Path root) throws ImageFormatException {
    if (reference.isPresent()) {
      throw new ImageFormatException(
          root,
          ImageFormatException.Kind.NO_SUCH_NAME,
          reference.get(),
          "no image of that name, for this is a root filesystem, which has none");
    }
  }

  /** Whether an image that calls itself {@code name} is meant. */
  boolean accepts(String name) {
    return reference.isEmpty() || sameName(reference.get(), name);
  }

  private static boolean sameName(String wanted, String name) {
    if (wanted.equals(name)) {
      return true;
    }
    try {
      return ImageReference.parse(wanted).equals(ImageReference.parse(name));
    } catch (ImageReference.InvalidException e) {
      // Archives may use names that docker would not; those must be given as they stand.
      return false;
    }
  }
}
