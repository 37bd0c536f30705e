package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image ready to be run: its root filesystem as a directory, and its configuration.
 *
 * @param name twelve hexadecimal digits that stand for the content of an image, or the place of a
 *     directory
 * @param root host path; never written by a container
 * @param held host path of the file that is locked as long as the root must stay; empty for a
 *     directory of the user's
 * @param mountPoint host path of an empty directory
 * @param config how to run it
 * @param accounts the image's users
 * @param warnings what could not be unpacked as the image has it, a sentence each
 */
public record Bundle(
    String name,
    Path root,
    Optional<Path> held,
    Path mountPoint,
    ImageConfig config,
    AccountFiles accounts,
    ImmutableList<String> warnings) {

  /**
   * Whether it was unpacked for us, with owners as the {@link OwnerMode} has them; false for a
   * directory of the user's.
   */
  public boolean ownCopy() {
    return held.isPresent();
  }
}
