package io.jrootfs.builder.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which image is meant where an archive or layout holds several.
 *
 * @param reference its name, as {@code NAME[:TAG]}, or its tag alone; empty for any
 * @param platform the machine it should be for; not asked where there is no choice
 */
public record ImageSelection(Optional<String> reference, Platform platform) {
  /** The first image for this machine. */
  public static ImageSelection forThisMachine() {
    return new ImageSelection(Optional.empty(), Platform.ofThisMachine());
  }

  /** The image of that name, for this machine. */
  public static ImageSelection named(String reference) {
    return new ImageSelection(Optional.of(reference), Platform.ofThisMachine());
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
