package io.jrootfs.builder.registry;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.BlobFetcher;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerBlob;
import io.jrootfs.builder.image.Referrer;
import io.jrootfs.builder.image.RemoteImage;
import io.jrootfs.builder.image.StoredDocument;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One repository of a registry, spoken to through Jib. Jib carries bytes and proves who we are;
 * what the bytes are is decided by package {@code image}.
 */
public final class Registry implements Closeable {
  private final RegistryReference reference;
  private final RegistryCredentials credentials;
  private final RegistryTransport transport;
  private final JibProxies proxies;
  private final TransferListener listener;

  private Registry(
      RegistryReference reference,
      RegistryCredentials credentials,
      RegistryTransport transport,
      JibProxies proxies,
      TransferListener listener) {
    this.reference = reference;
    this.credentials = credentials;
    this.transport = transport;
    this.proxies = proxies;
    this.listener = listener;
  }

  /**
   * Opens the repository of {@code reference}.
   *
   * @param insecure whether a certificate nobody vouches for, and plain HTTP, are accepted; HTTP to
   *     this machine itself always is
   * @param environment says where credentials are, and names proxies
   * @param listener is told of blobs on their way
   * @throws IOException if the registry cannot be reached or is not to be trusted
   */
  public static Registry open(
      RegistryReference reference,
      boolean insecure,
      ImmutableMap<String, String> environment,
      TransferListener listener)
      throws IOException {
    RegistryCredentials credentials = RegistryCredentials.find(reference.registry(), environment);
    Proxies proxies = Proxies.in(environment, reference.registry());
    RegistryTransport transport =
        new RegistryTransport(Channel.to(reference, insecure, proxies), reference.server());
    return new Registry(reference, credentials, transport, JibProxies.install(proxies), listener);
  }

  private RegistrySession session(RegistrySession.Purpose purpose, Optional<String> mountable)
      throws IOException {
    return RegistrySession.open(reference, credentials, transport, purpose, mountable, listener);
  }

  /** The first of several names that is in this registry, and another repository. */
  private Optional<String> mountable(ImmutableList<ImageReference> origins) {
    return origins.stream()
        .filter(origin -> origin.domain().equals(reference.registry()))
        .map(ImageReference::path)
        .filter(path -> !path.equals(reference.name().path()))
        .findFirst();
  }

  /**
   * Sends what the registry lacks, the manifest last, so that nobody sees half an image.
   *
   * @param origins where blobs of it may be: a registry that has them in another repository takes
   *     them over from there
   * @throws IOException if the registry fails or refuses; what was sent stays there, unseen
   */
  public PushReport push(DistributableImage image, ImmutableList<ImageReference> origins)
      throws IOException {
    RegistrySession session = session(RegistrySession.Purpose.PUSH, mountable(origins));
    PushTally tally = new PushTally(session);
    pushBlobs(image, tally);
    session.pushManifest(image.manifest(), reference.version());
    return tally.report(reference, image.manifest().digest());
  }

  /**
   * Sends several images, each under its digest alone, and the index that leads to them last.
   *
   * @param origins as of one image
   * @throws IOException if the registry fails or refuses; what was sent stays there, unseen
   */
  public PushReport push(ImageIndex index, ImmutableList<ImageReference> origins)
      throws IOException {
    RegistrySession session = session(RegistrySession.Purpose.PUSH, mountable(origins));
    PushTally tally = new PushTally(session);
    for (DistributableImage image : index.images()) {
      pushBlobs(image, tally);
      session.pushManifest(image.manifest(), image.manifest().digest().toString());
    }
    session.pushManifest(index.document(), reference.version());
    return tally.report(reference, index.document().digest());
  }

  private static void pushBlobs(DistributableImage image, PushTally tally) throws IOException {
    Map<Digest, FileContent> blobs = new LinkedHashMap<>();
    for (LayerBlob layer : image.layers()) {
      blobs.put(layer.digest(), layer.location());
    }
    blobs.put(image.config().digest(), new FileContent.Literal(image.config().bytes()));
    for (Map.Entry<Digest, FileContent> blob : blobs.entrySet()) {
      tally.push(blob.getKey(), blob.getValue());
    }
  }

  /**
   * Sends a document about an image that is there, and puts it into the list of those: the registry
   * does that itself, or it is done for it under a tag.
   *
   * @throws ImageFormatException if something else has that tag
   * @throws IOException if the registry fails or refuses
   */
  public PushReport attach(Referrer referrer) throws IOException, ImageFormatException {
    RegistrySession session = session(RegistrySession.Purpose.PUSH, Optional.empty());
    PushTally tally = new PushTally(session);
    tally.push(Referrer.EMPTY.digest(), new FileContent.Literal(Referrer.EMPTY.bytes()));
    tally.push(
        Digest.of(referrer.content().toByteArray()), new FileContent.Literal(referrer.content()));
    session.pushManifest(referrer.manifest(), referrer.manifest().digest().toString());
    if (!transport.listsReferrers()) {
      Optional<RegistryTransport.ReceivedManifest> list = session.findManifest(referrer.listTag());
      Optional<StoredDocument> longer =
          referrer.addedTo(
              reference.name().name() + ":" + referrer.listTag(),
              list.map(RegistryTransport.ReceivedManifest::bytes));
      if (longer.isPresent()) {
        session.pushManifest(longer.get(), referrer.listTag());
      }
    }
    return tally.report(reference, referrer.manifest().digest());
  }

  /**
   * Fetches an image with its layers.
   *
   * @param wanted which image, if the reference leads to an index of several
   * @param spool a directory that takes the blobs; the image refers to it, and the caller removes
   *     it
   * @throws ImageFormatException if what is there is no image
   * @throws IOException if the registry fails or refuses, or the spool cannot be written
   */
  public Image pull(ImageSelection wanted, Path spool) throws IOException, ImageFormatException {
    RegistrySession session = session(RegistrySession.Purpose.PULL, Optional.empty());
    RegistryTransport.ReceivedManifest received = session.manifest(reference.version());
    StoredDocument top =
        RemoteImage.document(reference.toString(), received.bytes(), received.contentType());
    Optional<Digest> asked = reference.digest();
    if (asked.isPresent() && !asked.get().equals(top.digest())) {
      throw new RegistryAccessException(
          reference.registry(), "sent " + top.digest() + " for " + asked.get());
    }
    return RemoteImage.fetch(
        reference.toString(), top, new Fetcher(session), wanted.ofAnyName(), spool);
  }

  private record Fetcher(RegistrySession session) implements BlobFetcher {
    @Override
    public byte[] manifest(Digest digest) throws IOException {
      return session.manifest(digest.toString()).bytes();
    }

    @Override
    public void blob(Digest digest, long size, OutputStream out) throws IOException {
      session.pull(digest, size, out);
    }
  }

  @Override
  public void close() throws IOException {
    try (proxies) {
      transport.shutDown();
    }
  }
}
