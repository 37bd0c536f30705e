package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;

/**
 * The uncompressed tars of all layers of an image, each in the spool: in a file of its own, or in
 * that of an archive that was decompressed there. Whatever becomes of the image then, the tars stay
 * what they are.
 *
 * <p>They can be read at once, but are certain to be what the image says only after {@link
 * #verify}: the digest of a layer that is stored uncompressed takes as long as copying it and
 * indexing it do, and so is taken meanwhile.
 */
public final class LayerCopies implements AutoCloseable {
  /** In bytes: the digest lags so far behind, which nobody notices, and is seldom woken. */
  private static final long STRIDE = 4 << 20;

  private final Image image;
  private final Path directory;
  private final LayerSpool spool;
  private final TrailingDigests digests = new TrailingDigests();
  private final Map<LayerBlob, FileContent.Slice> tars = new HashMap<>();
  private final Map<LayerBlob, Future<Digest>> unverified = new LinkedHashMap<>();

  /**
   * @param directory takes the tars; the caller removes it
   */
  public LayerCopies(Image image, Path directory) {
    this.image = image;
    this.directory = directory;
    this.spool = new LayerSpool(image.source(), directory);
  }

  /**
   * Makes them. What is uncompressed is not verified yet, whether this succeeds or fails.
   *
   * @throws ImageFormatException if a compressed layer has not the digest or diff ID it should have
   * @throws IOException if the image cannot be read or the directory not be written
   */
  public ImmutableList<UnpackedLayer> make() throws ImageFormatException, IOException {
    ImmutableList.Builder<UnpackedLayer> layers = ImmutableList.builder();
    for (LayerBlob layer : image.layers()) {
      FileContent.Slice tar = tars.get(layer);
      if (tar == null) {
        tar = tarOf(layer);
        tars.put(layer, tar);
      }
      layers.add(new UnpackedLayer(layer, tar));
    }
    return layers.build();
  }

  /**
   * Waits until all that was made is verified.
   *
   * @throws ImageFormatException if a layer has not the digest or diff ID it should have
   * @throws IOException if a copy cannot be read
   */
  public void verify() throws ImageFormatException, IOException {
    for (Map.Entry<LayerBlob, Future<Digest>> layer : unverified.entrySet()) {
      spool.verifyPlain(layer.getKey(), TrailingDigests.await(layer.getValue()));
    }
  }

  /** Verifies no more. */
  @Override
  public void close() {
    digests.close();
  }

  private FileContent.Slice tarOf(LayerBlob layer) throws ImageFormatException, IOException {
    FileContent.Slice stored = layer.location();
    if (StoredFormat.of(stored) != StoredFormat.PLAIN) {
      return spool.tarOf(layer);
    }
    if (!spool.isSpooled(layer)) {
      return copy(layer);
    }
    if (!spool.isVerified(layer)) {
      unverified.put(layer, digests.of(stored));
    }
    return stored;
  }

  private FileContent.Slice copy(LayerBlob layer) throws IOException {
    FileContent.Slice stored = layer.location();
    Path tar = Files.createTempFile(directory, "layer-", ".tar");
    try (FileChannel in =
            FileChannel.open(
                stored.file(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        FileOutput out = FileOutput.open(tar, StandardOpenOption.WRITE);
        TrailingDigests.Trail trail = digests.behind(tar)) {
      long done = 0;
      while (done < stored.size()) {
        long count =
            out.transfer(in, stored.offset() + done, Math.min(STRIDE, stored.size() - done));
        if (count == 0) {
          throw new EOFException(
              "%s: ended %d bytes early; it changed while read"
                  .formatted(stored.file(), stored.size() - done));
        }
        trail.follow(count);
        done += count;
      }
      unverified.put(layer, trail.end());
    }
    return new FileContent.Slice(tar, 0, stored.size());
  }
}
