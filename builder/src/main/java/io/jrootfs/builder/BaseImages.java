package io.jrootfs.builder;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.ArchiveForm;
import io.jrootfs.builder.image.BaseImage;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReader;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.registry.Registry;
import io.jrootfs.builder.registry.RegistryAccessException;
import io.jrootfs.builder.registry.RegistryReference;
import io.jrootfs.builder.registry.TransferListener;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens images that others are put upon, wherever they are. */
public final class BaseImages {
  private final boolean insecure;
  private final ImmutableMap<String, String> environment;
  private final Path cache;
  private final TransferListener listener;

  /**
   * @param insecure as for {@link Registry#open}
   * @param environment says where credentials are
   * @param cache where images are kept that somebody has locked
   * @param listener is told of blobs on their way from a registry
   */
  public BaseImages(
      boolean insecure,
      ImmutableMap<String, String> environment,
      Path cache,
      TransferListener listener) {
    this.insecure = insecure;
    this.environment = environment;
    this.cache = cache.resolve("images");
    this.listener = listener;
  }

  /**
   * Which image it has to be.
   *
   * @param isKept whether one from a registry is kept, to be built upon without a network
   * @param digest of the image; empty: whatever has the name now
   * @param isOffline whether nothing is fetched
   */
  public record Pin(boolean isKept, Optional<Digest> digest, boolean isOffline) {}

  /**
   * Opens an image and verifies it.
   *
   * @throws ImageFormatException if it is no image, a damaged one, or for another machine
   * @throws ImageReference.InvalidException if it is neither a file nor can be in a registry
   * @throws IOException if it cannot be read or had; nothing is left behind then
   */
  public BaseImage open(BaseRequest.OfImage wanted, Pin pin)
      throws IOException, ImageFormatException, ImageReference.InvalidException {
    TemporaryDirectory spool = TemporaryDirectory.make();
    BaseImage opened = null;
    try {
      ImageSelection selection = ImageSelection.of(Optional.empty(), wanted.platform());
      if (wanted.file().isPresent()) {
        Image image = ImageReader.open(wanted.file().get(), selection, spool.path());
        selection.check(image.source(), image.config().platform());
        opened = BaseImage.of(image, Optional.empty(), spool);
      } else {
        RegistryReference reference = RegistryReference.parse(wanted.name());
        Image image = remote(wanted.name(), reference, pin, selection, spool.path());
        selection.check(image.source(), image.config().platform());
        opened = BaseImage.of(image, Optional.of(reference.name()), spool);
      }
      return opened;
    } finally {
      if (opened == null) {
        spool.close();
      }
    }
  }

  private Image remote(
      String name, RegistryReference reference, Pin pin, ImageSelection selection, Path spool)
      throws IOException, ImageFormatException {
    Optional<Path> kept = pin.digest().map(this::kept);
    if (kept.isPresent() && Files.exists(kept.get())) {
      return ImageReader.open(kept.get(), selection, spool);
    }
    if (pin.isOffline()) {
      throw new IOException(
          "the image "
              + reference
              + " is not in "
              + cache
              + " as it was locked, and --offline fetches nothing; build it once with --locked"
              + " alone");
    }
    RegistryReference exact =
        pin.digest().isPresent()
            ? new RegistryReference(reference.name(), pin.digest())
            : reference;
    Image image;
    try (Registry registry = Registry.open(exact, insecure, environment, listener)) {
      image = registry.pull(selection, spool);
    } catch (RegistryAccessException e) {
      if (name.startsWith(e.registry())) {
        throw e;
      }
      // Whoever names no registry may have meant a file.
      throw new IOException(e.getMessage() + "; there is no file " + name + " either", e);
    }
    if (pin.isKept()) {
      keep(image, reference, spool);
    }
    return image;
  }

  private Path kept(Digest digest) {
    return cache.resolve(digest.hex() + ".tar");
  }

  private void keep(Image image, RegistryReference reference, Path spool)
      throws IOException, ImageFormatException {
    DistributableImage whole = DistributableImage.of(image, spool);
    Files.createDirectories(cache);
    HybridArchive.write(
        reference.name(),
        image.config().platform(),
        whole,
        0,
        ArchiveForm.HYBRID,
        kept(whole.manifest().digest()));
  }
}
