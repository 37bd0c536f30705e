package io.jrootfs.builder.registry;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.registry.RegistryClient;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.BlobFetcher;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.DistributableImage;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerBlob;
import io.jrootfs.builder.image.Referrer;
import io.jrootfs.builder.image.RemoteImage;
import io.jrootfs.builder.image.StoredDocument;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestException;
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
  private final RegistryClient client;
  private final JibProxies proxies;
  private final TransferListener listener;
  private final RegistryFailures failures;

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
    this.failures = new RegistryFailures(reference, credentials);
    RegistryClient.Factory factory =
        RegistryClient.factory(
            EventHandlers.NONE, reference.server(), reference.name().path(), transport);
    credentials.credential().ifPresent(factory::setCredential);
    this.client = factory.setUserAgent("jbuild").newRegistryClient();
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

  /** Something that Jib is asked for. */
  private interface Call<T> {
    T run() throws IOException, RegistryException;
  }

  private <T> T call(String doing, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (IOException | RegistryException e) {
      throw failures.explained(doing, e);
    }
  }

  private void authorize(boolean toPush) throws IOException {
    boolean isBearer =
        call(
            "asking how to log in",
            () -> toPush ? client.doPushBearerAuth() : client.doPullBearerAuth());
    if (!isBearer && credentials.credential().isPresent()) {
      client.configureBasicAuth();
    }
  }

  /**
   * Sends what the registry lacks, the manifest last, so that nobody sees half an image.
   *
   * @throws IOException if the registry fails or refuses; what was sent stays there, unseen
   */
  public PushReport push(DistributableImage image) throws IOException {
    authorize(true);
    PushTally tally = new PushTally();
    pushBlobs(image, tally);
    pushManifest(image.manifest(), reference.version());
    return tally.report(reference, image.manifest().digest());
  }

  /**
   * Sends several images, each under its digest alone, and the index that leads to them last.
   *
   * @throws IOException if the registry fails or refuses; what was sent stays there, unseen
   */
  public PushReport push(ImageIndex index) throws IOException {
    authorize(true);
    PushTally tally = new PushTally();
    for (DistributableImage image : index.images()) {
      pushBlobs(image, tally);
      pushManifest(image.manifest(), image.manifest().digest().toString());
    }
    pushManifest(index.document(), reference.version());
    return tally.report(reference, index.document().digest());
  }

  /**
   * Sends a document about an image that is there, and puts it into the list of those: the registry
   * does that itself, or it is done for it under a tag.
   *
   * @throws ImageFormatException if something else has that tag
   * @throws IOException if the registry fails or refuses
   */
  public PushReport attach(Referrer referrer) throws IOException, ImageFormatException {
    authorize(true);
    PushTally tally = new PushTally();
    pushBlob(Referrer.EMPTY.digest(), new FileContent.Literal(Referrer.EMPTY.bytes()), tally);
    pushBlob(
        Digest.of(referrer.content().toByteArray()),
        new FileContent.Literal(referrer.content()),
        tally);
    pushManifest(referrer.manifest(), referrer.manifest().digest().toString());
    if (!transport.listsReferrers()) {
      Optional<RegistryTransport.ReceivedManifest> list = findManifest(referrer.listTag());
      Optional<StoredDocument> longer =
          referrer.addedTo(
              reference.name().name() + ":" + referrer.listTag(),
              list.map(RegistryTransport.ReceivedManifest::bytes));
      if (longer.isPresent()) {
        pushManifest(longer.get(), referrer.listTag());
      }
    }
    return tally.report(reference, referrer.manifest().digest());
  }

  private void pushBlobs(DistributableImage image, PushTally tally) throws IOException {
    Map<Digest, FileContent> blobs = new LinkedHashMap<>();
    for (LayerBlob layer : image.layers()) {
      blobs.put(layer.digest(), layer.location());
    }
    blobs.put(image.config().digest(), new FileContent.Literal(image.config().bytes()));
    for (Map.Entry<Digest, FileContent> blob : blobs.entrySet()) {
      pushBlob(blob.getKey(), blob.getValue(), tally);
    }
  }

  private void pushBlob(Digest digest, FileContent content, PushTally tally) throws IOException {
    if (pushBlob(digest, content)) {
      tally.countPresent();
    } else {
      tally.countUploaded(content.size());
    }
  }

  private void pushManifest(StoredDocument manifest, String version) throws IOException {
    DescriptorDigest pushed =
        call(
            "pushing the manifest " + manifest.digest(),
            () -> client.pushManifest(new VerbatimManifest(manifest), version));
    if (!pushed.toString().equals(manifest.digest().toString())) {
      throw new IllegalStateException(
          "sent the manifest as " + pushed + ", not as " + manifest.digest());
    }
  }

  /** Whether it was there already. */
  private boolean pushBlob(Digest digest, FileContent content) throws IOException {
    DescriptorDigest jibs = jibs(digest);
    if (call("asking for " + digest, () -> client.checkBlob(jibs)).isPresent()) {
      return true;
    }
    Transfer transfer =
        new Transfer(listener, TransferListener.Direction.TO_REGISTRY, digest, content.size());
    return call(
        "pushing " + digest,
        () ->
            client.pushBlob(
                jibs,
                Blobs.from(
                    out -> {
                      try (InputStream in = content.open()) {
                        in.transferTo(out);
                      }
                    },
                    // Half a blob cannot be sent again to the place that has the other half.
                    false),
                null,
                transfer::advance));
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
    authorize(false);
    RegistryTransport.ReceivedManifest received = manifest(reference.version());
    StoredDocument top =
        RemoteImage.document(reference.toString(), received.bytes(), received.contentType());
    Optional<Digest> asked = reference.digest();
    if (asked.isPresent() && !asked.get().equals(top.digest())) {
      throw new RegistryAccessException(
          reference.registry(), "sent " + top.digest() + " for " + asked.get());
    }
    return RemoteImage.fetch(reference.toString(), top, new Fetcher(), wanted.ofAnyName(), spool);
  }

  private RegistryTransport.ReceivedManifest manifest(String version) throws IOException {
    return call("pulling the manifest of " + version, () -> received(version));
  }

  private Optional<RegistryTransport.ReceivedManifest> findManifest(String version)
      throws IOException {
    return call(
        "asking for the manifest of " + version,
        () -> {
          try {
            return Optional.of(received(version));
          } catch (IOException | RegistryException e) {
            if (RegistryFailures.isNotFound(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  private RegistryTransport.ReceivedManifest received(String version)
      throws IOException, RegistryException {
    try {
      client.pullManifest(version);
      throw new IllegalStateException("a manifest passed by unseen");
    } catch (RegistryTransport.ReceivedManifest received) {
      return received;
    }
  }

  private final class Fetcher implements BlobFetcher {
    @Override
    public byte[] manifest(Digest digest) throws IOException {
      return Registry.this.manifest(digest.toString()).bytes();
    }

    @Override
    public void blob(Digest digest, long size, OutputStream out) throws IOException {
      Transfer transfer =
          new Transfer(listener, TransferListener.Direction.FROM_REGISTRY, digest, size);
      call(
          "pulling " + digest,
          () -> {
            client
                .pullBlob(jibs(digest), total -> {}, transfer::advance)
                .writeTo(new BoundedOutputStream(out, size, reference.registry()));
            return true;
          });
    }
  }

  private static DescriptorDigest jibs(Digest digest) {
    try {
      return DescriptorDigest.fromHash(digest.hex());
    } catch (DigestException e) {
      throw new IllegalStateException("a digest is one for Jib too: " + digest, e);
    }
  }

  @Override
  public void close() throws IOException {
    try (proxies) {
      transport.shutDown();
    }
  }
}
