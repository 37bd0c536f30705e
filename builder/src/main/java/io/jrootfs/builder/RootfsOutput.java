package io.jrootfs.builder;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.BaseImage;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.LayerDifference;
import io.jrootfs.builder.image.LayerWriter;
import io.jrootfs.builder.image.OriginLayers;
import io.jrootfs.builder.image.Provenance;
import io.jrootfs.builder.image.RootfsArchive;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.image.WrittenLayer;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.PendingDirectory;
import io.jrootfs.builder.rootfs.RefusedAttributeException;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The last stage of a build: from the tree to a file or a directory. */
final class RootfsOutput {
  private RootfsOutput() {}

  static BuildReport write(
      RootfsRequest request,
      ImageDefaults defaults,
      Rootfs rootfs,
      PackageOrigins origins,
      Optional<Base> base)
      throws IOException {
    if (request.output().format().form().isEmpty()) {
      return writeTree(request, rootfs, request.sourceDateEpoch());
    }
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImmutableList<WrittenLayer> layers =
          layers(request, rootfs, origins, request.sourceDateEpoch(), spool.path());
      return report(
          HybridArchive.write(
              request.name().orElse(defaults.name()),
              request.image().applyTo(defaults.config()),
              request.image().annotations(),
              made(request, base),
              layers,
              request.output().format().form().orElseThrow(),
              request.output().path()),
          rootfs);
    }
  }

  /** What the base has keeps its dates: they are in layers that nobody writes again. */
  static BuildReport writeOn(
      BaseImage base,
      RootfsRequest request,
      ImageDefaults defaults,
      Rootfs rootfs,
      PackageOrigins origins)
      throws IOException, ImageFormatException {
    if (request.output().format().form().isEmpty()) {
      return writeTree(base, request, rootfs);
    }
    Optional<Rootfs> difference =
        LayerDifference.between(base.rootfs(), rootfs, request.sourceDateEpoch());
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImmutableList<WrittenLayer> layers =
          difference.isEmpty()
              ? ImmutableList.of()
              : layers(request, difference.get(), origins, Long.MAX_VALUE, spool.path());
      ImageConfig config = request.image().applyTo(defaults.config());
      return report(
          HybridArchive.write(
              request.name().orElse(defaults.name()),
              config.platform(),
              base.with(
                  config,
                  request.image().annotations(),
                  made(request, Optional.of(base)),
                  layers,
                  request.output().compression()),
              request.sourceDateEpoch(),
              request.output().format().form().orElseThrow(),
              request.output().path()),
          rootfs);
    }
  }

  /** What a base image is to blame for is told with its name. */
  private static BuildReport writeTree(BaseImage base, RootfsRequest request, Rootfs rootfs)
      throws IOException, ImageFormatException {
    try {
      return writeTree(request, rootfs, Long.MAX_VALUE);
    } catch (RefusedAttributeException e) {
      if (base.rootfs().get(RootfsPath.of(e.path())).equals(rootfs.get(RootfsPath.of(e.path())))) {
        throw base.malformed(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private static BuildReport report(WrittenImage image, Rootfs rootfs) throws IOException {
    return new BuildReport(
        image.path(),
        Files.size(image.path()),
        rootfs.entries().size(),
        Optional.of(image.manifestDigest()),
        Optional.of(image.imageId()),
        image.diffIds());
  }

  /**
   * @param latest no entry is dated later: seconds since the epoch
   */
  private static BuildReport writeTree(RootfsRequest request, Rootfs rootfs, long latest)
      throws IOException {
    Path output = request.output().path();
    boolean isDirectory = request.output().format() == RootfsRequest.Format.DIRECTORY;
    if (isDirectory) {
      writeDirectory(request.output(), rootfs);
    } else {
      RootfsArchive.write(rootfs, latest, request.output().compression(), output);
    }
    return new BuildReport(
        output,
        isDirectory ? contentSize(rootfs) : Files.size(output),
        rootfs.entries().size(),
        Optional.empty());
  }

  private static ImmutableList<WrittenLayer> layers(
      RootfsRequest request, Rootfs rootfs, PackageOrigins origins, long latest, Path spool)
      throws IOException {
    ImmutableList.Builder<WrittenLayer> layers = ImmutableList.builder();
    for (OriginLayers.Part part :
        OriginLayers.split(rootfs, origins.names(), request.output().mostLayers())) {
      layers.add(
          LayerWriter.write(part.tree(), latest, request.output().compression(), spool)
              .withContent(part.content()));
    }
    return layers.build();
  }

  /** Copies are left out: where they came from differs between machines that build the same. */
  private static Provenance made(RootfsRequest request, Optional<Base> base) {
    String command = "jbuild rootfs" + base.map(it -> " " + it.option()).orElse("");
    return new Provenance(
        Instant.ofEpochSecond(request.sourceDateEpoch()),
        request.programs().isEmpty()
            ? command
            : command + " --add " + Joiner.on(',').join(request.programs()));
  }

  private static void writeDirectory(RootfsRequest.Output output, Rootfs rootfs)
      throws IOException {
    try (PendingDirectory pending = PendingDirectory.at(output.path())) {
      pending.write(
          rootfs,
          output.keepOwners()
              ? DirectoryWriter.Options.exact()
              : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.FAIL));
      pending.commit();
    }
  }

  private static long contentSize(Rootfs rootfs) {
    long size = 0;
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        size += file.content().size();
      }
    }
    return size;
  }
}
