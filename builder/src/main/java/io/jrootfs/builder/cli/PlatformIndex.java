package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.BuildReport;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Images for several machines as one: they are built one after the other and put together. */
final class PlatformIndex implements AutoCloseable {
  private final RootfsRequest.Output whole;
  private final TemporaryDirectory spool;
  private final ImmutableList.Builder<Path> parts = ImmutableList.builder();
  private int entries;

  private PlatformIndex(RootfsRequest.Output whole, TemporaryDirectory spool) {
    this.whole = whole;
    this.spool = spool;
  }

  /** Why an output cannot hold several images; empty if it can. */
  static Optional<String> misuse(RootfsRequest.Output whole) {
    return switch (whole.format()) {
      case HYBRID, OCI -> Optional.empty();
      case DOCKER, ROOTFS, DIRECTORY ->
          Optional.of(
              "several platforms are one index, which goes with --format hybrid and oci; build the"
                  + " others one by one");
    };
  }

  /** Begins an index that is written to {@code whole}. */
  static PlatformIndex begin(RootfsRequest.Output whole) throws IOException {
    return new PlatformIndex(whole, TemporaryDirectory.make());
  }

  /** Where the next image is to be written. */
  RootfsRequest.Output next() {
    Path part = spool.path().resolve("part-" + parts.build().size() + ".tar");
    parts.add(part);
    return new RootfsRequest.Output(
        part,
        RootfsRequest.Format.OCI,
        whole.compression(),
        whole.keepOwners(),
        whole.mostLayers());
  }

  void count(BuildReport part) {
    entries += part.entries();
  }

  /** The images so far, each in an archive. */
  ImmutableList<Path> parts() {
    return parts.build();
  }

  /**
   * Writes the archive.
   *
   * @param date of its members: seconds since the epoch
   * @throws ImageIndex.AmbiguousPlatformException if two of the images are for one machine
   */
  BuildReport write(long date)
      throws IOException, ImageFormatException, ImageIndex.AmbiguousPlatformException {
    ImmutableList.Builder<ImageIndex.Entry> images = ImmutableList.builder();
    Optional<ImageReference> name = Optional.empty();
    for (Path part : parts()) {
      Image image = ImageReader.open(part, ImageSelection.forThisMachine(), spool.path());
      name = name.or(() -> Optional.of(EngineLoading.name(image)));
      images.add(
          new ImageIndex.Entry(
              DistributableImage.of(image, spool.path()), image.config().platform()));
    }
    ImmutableList<ImageIndex.Entry> entered = images.build();
    WrittenImage written =
        HybridArchive.write(
            name.orElseThrow(),
            ImageIndex.of(entered),
            entered,
            date,
            whole.format().form().orElseThrow(),
            whole.path());
    return new BuildReport(
        written.path(), Files.size(written.path()), entries, Optional.of(written.manifestDigest()));
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}
