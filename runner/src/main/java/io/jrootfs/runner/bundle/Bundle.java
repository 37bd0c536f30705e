package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.ImageConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An image ready to be run: its root filesystem, as a directory or as an index of layers that is to
 * be mounted, and its configuration.
 *
 * @param name twelve hexadecimal digits that stand for the content of an image, or the place of a
 *     directory
 * @param root host path of the directory or of the index; never written by a container
 * @param layers host paths of the tars that the index is of, as it counts them; none if the root is
 *     a directory
 * @param image the identity of the one layer's file, if that is the image's own, which others can
 *     write to; empty if the layers are copies
 * @param held host path of the file that is locked as long as the root must stay; empty for a
 *     directory of the user's
 * @param mountPoint host path of an empty directory
 * @param temporary host path of the directory that all of these are in and that goes with the
 *     container; empty if they stay
 * @param config how to run it
 * @param accounts the image's users
 * @param warnings what could not be unpacked as the image has it, a sentence each
 */
public record Bundle(
    String name,
    Path root,
    ImmutableList<Path> layers,
    Optional<FileIdentity> image,
    Optional<Path> held,
    Path mountPoint,
    Optional<Path> temporary,
    ImageConfig config,
    AccountFiles accounts,
    ImmutableList<String> warnings) {
  static final int NAME_LENGTH = 12;

  /** The same with something to be told. */
  Bundle withWarnings(ImmutableList<String> all) {
    return new Bundle(
        name, root, layers, image, held, mountPoint, temporary, config, accounts, all);
  }

  /** The same in a place that goes with its container. */
  Bundle inTemporary(Path place) {
    return new Bundle(
        name,
        root,
        layers,
        image,
        held,
        mountPoint,
        Optional.of(place),
        config,
        accounts,
        warnings);
  }

  /**
   * Whether it is in the cache, with owners as the {@link OwnerMode} has them; false for a
   * directory of the user's.
   */
  public boolean ownCopy() {
    return held.isPresent();
  }
}
