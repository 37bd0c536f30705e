package io.jrootfs.builder.image;

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
