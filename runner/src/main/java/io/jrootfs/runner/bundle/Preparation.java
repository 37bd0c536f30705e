package io.jrootfs.runner.bundle;

import io.jrootfs.builder.image.ImageSelection;
import java.time.Clock;

/**
 * How images are made ready, wherever that is done.
 *
 * @param owners of those that are unpacked; those that are mounted have the image's
 * @param unpacking when an image is unpacked
 * @param mounts whether an index of its layers can be mounted instead
 * @param clock tells whether a file could still change without showing it
 * @param wanted what is chosen where a file holds several images
 */
record Preparation(
    OwnerMode owners, Unpacking unpacking, IndexMounts mounts, Clock clock, ImageSelection wanted) {
  Preparation selecting(ImageSelection other) {
    return new Preparation(owners, unpacking, mounts, clock, other);
  }

  Preparation mounting(Unpacking when, IndexMounts how) {
    return new Preparation(owners, when, how, clock, wanted);
  }
}
