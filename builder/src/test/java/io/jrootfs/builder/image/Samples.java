package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.rootfs.Rootfs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Image archives of ours, for tests. */
public final class Samples {
  public static final Platform AMD64 = new Platform("linux", "amd64", "");
  public static final Provenance MADE =
      new Provenance(Instant.ofEpochSecond(Trees.EPOCH), "jbuild rootfs --add tool");

  /** Every property set. */
  public static final ImageConfig CONFIG =
      new ImageConfig(
          AMD64,
          "1000:1000",
          ImmutableSortedSet.of("80/tcp", "53/udp"),
          ImmutableList.of("PATH=/usr/bin:/bin", "EMPTY="),
          ImmutableList.of("/usr/bin/tool"),
          ImmutableList.of("--grüße", "a b"),
          ImmutableSortedSet.of("/data"),
          "/tmp",
          ImmutableSortedMap.of("org.example.label", "value"),
          "SIGINT");

  private Samples() {}

  public static ImageReference name() {
    return name("example/tool:1.0");
  }

  public static ImageReference name(String reference) {
    try {
      return ImageReference.parse(reference);
    } catch (ImageReference.InvalidException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Writes an archive whose layers are those trees, lowest first. */
  public static WrittenImage write(
      Path output, Compression compression, Path directory, Rootfs... layers) throws IOException {
    ImmutableList.Builder<WrittenLayer> written = ImmutableList.builder();
    for (Rootfs layer : layers) {
      written.add(LayerWriter.write(layer, Trees.EPOCH, compression, directory));
    }
    return HybridArchive.write(name(), CONFIG, MADE, written.build(), output);
  }
}
