package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.image.ArchiveForm;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.rootfs.MetadataChange;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to build, complete: a build reads neither clock, environment nor working directory.
 *
 * @param base what everything else is put upon, if anything
 * @param programs names or paths, each of which brings its closure; the first is the default
 *     command
 * @param copies files and trees to copy as they are, in order
 * @param features what programs open while they run, and no closure shows
 * @param additions what only a recipe can ask for
 * @param image what the image's configuration says other than by default
 * @param sourceDateEpoch seconds since the epoch, 0 or more: no entry is dated later, and the image
 *     is dated so
 * @param name the image's name; without one it is named after its first program
 * @param output where and how to write
 */
public record RootfsRequest(
    Optional<BaseRequest> base,
    ImmutableList<String> programs,
    ImmutableList<Copy> copies,
    ImmutableList<FeatureRequest> features,
    Additions additions,
    ImageSettings image,
    long sourceDateEpoch,
    Optional<ImageReference> name,
    Output output) {

  /**
   * @throws IllegalArgumentException if the date is before the epoch
   */
  public RootfsRequest {
    if (sourceDateEpoch < 0) {
      throw new IllegalArgumentException("source date " + sourceDateEpoch + " is negative");
    }
  }

  /**
   * A file or tree to copy.
   *
   * @param source outside the sysroot: a path of the running system
   * @param destination where it stands in the rootfs
   * @param change what is different about each of the copies
   */
  public record Copy(Path source, RootfsPath destination, MetadataChange change) {
    /** A copy that is as its source. */
    public Copy(Path source, RootfsPath destination) {
      this(source, destination, MetadataChange.none());
    }
  }

  /**
   * Where the result goes.
   *
   * @param path a file, or for {@link Format#DIRECTORY} a directory that is absent or empty
   * @param compression of the layer, or of the rootfs tar; of no meaning for a directory
   * @param keepOwners whether the files of a directory get their owners, which only root may give
   *     them; otherwise they belong to whoever builds. Of no meaning for an archive
   * @param mostLayers how many layers an image may have, 1 or more; if several, there is one for
   *     each of the largest source packages
   */
  public record Output(
      Path path, Format format, Compression compression, boolean keepOwners, int mostLayers) {
    /** An image of one layer, or no image. */
    public Output(Path path, Format format, Compression compression, boolean keepOwners) {
      this(path, format, compression, keepOwners, 1);
    }
  }

  /** What is written. */
  public enum Format {
    /** OCI layout and docker archive in one tar. */
    HYBRID(ArchiveForm.HYBRID),
    /** An OCI layout in a tar. */
    OCI(ArchiveForm.OCI),
    /** A docker archive. */
    DOCKER(ArchiveForm.DOCKER),
    /** A plain tar of the tree. */
    ROOTFS(null),
    /** The tree itself. */
    DIRECTORY(null);

    private final @Nullable ArchiveForm form;

    Format(@Nullable ArchiveForm form) {
      this.form = form;
    }

    /** What kind of image archive it is; empty if none. */
    public Optional<ArchiveForm> form() {
      return Optional.ofNullable(form);
    }
  }
}
