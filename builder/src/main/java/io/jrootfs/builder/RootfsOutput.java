package io.jrootfs.builder;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.LayerWriter;
import io.jrootfs.builder.image.Provenance;
import io.jrootfs.builder.image.RootfsArchive;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.image.WrittenLayer;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.PendingDirectory;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The last stage of a build: from the tree to a file or a directory. */
final class RootfsOutput {
  private RootfsOutput() {}

  static BuildReport write(RootfsRequest request, ImageDefaults defaults, Rootfs rootfs)
      throws IOException {
    Path output = request.output().path();
    Optional<WrittenImage> image = Optional.empty();
    switch (request.output().format()) {
      case HYBRID, OCI, DOCKER -> image = Optional.of(writeImage(request, defaults, rootfs));
      case ROOTFS ->
          RootfsArchive.write(
              rootfs, request.sourceDateEpoch(), request.output().compression(), output);
      case DIRECTORY -> writeDirectory(request.output(), rootfs);
    }
    return new BuildReport(
        output,
        image.isPresent() || Files.isRegularFile(output) ? Files.size(output) : contentSize(rootfs),
        rootfs.entries().size(),
        image.map(WrittenImage::manifestDigest));
  }

  private static WrittenImage writeImage(
      RootfsRequest request, ImageDefaults defaults, Rootfs rootfs) throws IOException {
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      WrittenLayer layer =
          LayerWriter.write(
              rootfs, request.sourceDateEpoch(), request.output().compression(), spool.path());
      return HybridArchive.write(
          request.name().orElse(defaults.name()),
          request.image().applyTo(defaults.config()),
          request.image().annotations(),
          new Provenance(Instant.ofEpochSecond(request.sourceDateEpoch()), createdBy(request)),
          ImmutableList.of(layer),
          request.output().format().form().orElseThrow(),
          request.output().path());
    }
  }

  /** Copies are left out: where they came from differs between machines that build the same. */
  private static String createdBy(RootfsRequest request) {
    String command =
        "jbuild rootfs" + request.base().map(base -> " --debootstrap " + base.suite()).orElse("");
    return request.programs().isEmpty()
        ? command
        : command + " --add " + Joiner.on(',').join(request.programs());
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
