package io.jrootfs.runner.spec;

import io.jrootfs.builder.image.Platform;
import java.util.Optional;

/**
 * An image made for other machines than this one. Its programs run only where the kernel has an
 * interpreter for them (Linux, admin-guide/binfmt-misc.rst), which only trying shows.
 *
 * @param image what the image is for
 * @param machine what this machine is
 */
public record ForeignPlatform(Platform image, Platform machine) {
  /**
   * Empty if both are the same, whatever their variants: those mostly run each other's programs.
   */
  static Optional<ForeignPlatform> of(Platform image, Platform machine) {
    return image.os().equals(machine.os()) && image.architecture().equals(machine.architecture())
        ? Optional.empty()
        : Optional.of(new ForeignPlatform(image, machine));
  }

  /** A part of a sentence about the container. */
  @Override
  public String toString() {
    return "whose image is for " + image + " while this machine is " + machine;
  }
}
