package io.jrootfs.builder.registry;

import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.registry.RegistryClient;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.StoredDocument;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one repository is asked for, one request at a time, by somebody who has logged in. Each
 * failure is told in one sentence.
 */
final class RegistrySession {
  private final RegistryReference reference;
  private final RegistryClient client;
  private final @Nullable String mountable;
  private final TransferListener listener;
  private final RegistryFailures failures;

  private RegistrySession(
      RegistryReference reference,
      RegistryClient client,
      Optional<String> mountable,
      TransferListener listener,
      RegistryFailures failures) {
    this.reference = reference;
    this.client = client;
    this.mountable = mountable.orElse(null);
    this.listener = listener;
    this.failures = failures;
  }

  /** What is wanted of the repository. */
  enum Purpose {
    PULL,
    PUSH
  }

  /**
   * Logs in.
   *
   * @param mountable a repository of the same registry, with blobs that this one may take over; it
   *     need not exist, nor be one we may read
   * @throws IOException if the registry cannot be reached, or refuses
   */
  static RegistrySession open(
      RegistryReference reference,
      RegistryCredentials credentials,
      RegistryTransport transport,
      Purpose purpose,
      Optional<String> mountable,
      TransferListener listener)
      throws IOException {
    String path = reference.name().path();
    RegistryClient.Factory factory =
        mountable.isPresent()
            ? RegistryClient.factory(
                EventHandlers.NONE, reference.server(), path, mountable.get(), transport)
            : RegistryClient.factory(EventHandlers.NONE, reference.server(), path, transport);
    credentials.credential().ifPresent(factory::setCredential);
    RegistrySession session =
        new RegistrySession(
            reference,
            factory.setUserAgent("jbuild").newRegistryClient(),
            mountable,
            listener,
            new RegistryFailures(reference, credentials));
    session.logIn(purpose, credentials);
    return session;
  }

  private void logIn(Purpose purpose, RegistryCredentials credentials) throws IOException {
    boolean isBearer =
        call(
            "asking how to log in",
            () -> purpose == Purpose.PUSH ? client.doPushBearerAuth() : client.doPullBearerAuth());
    if (!isBearer && credentials.credential().isPresent()) {
      client.configureBasicAuth();
    }
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

  /** How a blob came to be in the repository. */
  enum Arrival {
    /** It was there. */
    PRESENT,
    /** The registry took it over from the other repository (distribution-spec, mounting). */
    MOUNTED,
    /** It was sent. */
    UPLOADED
  }

  /**
   * Sees to it that a blob is there.
   *
   * @throws IOException if the registry fails or refuses, or {@code content} cannot be read
   */
  Arrival push(Digest digest, FileContent content) throws IOException {
    DescriptorDigest jibs = jibs(digest);
    if (call("asking for " + digest, () -> client.checkBlob(jibs)).isPresent()) {
      return Arrival.PRESENT;
    }
    Transfer transfer =
        new Transfer(listener, TransferListener.Direction.TO_REGISTRY, digest, content.size());
    boolean isMounted =
        call(
            "pushing " + digest,
            () ->
                client.pushBlob(
                    jibs,
                    Blobs.from(
                        out -> {
                          transfer.begin();
                          try (InputStream in = content.open()) {
                            in.transferTo(out);
                          }
                        },
                        // Half a blob cannot be sent again to the place that has the other half.
                        false),
                    mountable,
                    transfer::advance));
    return isMounted ? Arrival.MOUNTED : Arrival.UPLOADED;
  }

  /**
   * Sends a manifest or an index.
   *
   * @param version the tag or digest to put it under
   */
  void pushManifest(StoredDocument manifest, String version) throws IOException {
    DescriptorDigest pushed =
        call(
            "pushing the manifest " + manifest.digest(),
            () -> client.pushManifest(new VerbatimManifest(manifest), version));
    if (!pushed.toString().equals(manifest.digest().toString())) {
      throw new IllegalStateException(
          "sent the manifest as " + pushed + ", not as " + manifest.digest());
    }
  }

  /**
   * Fetches a blob.
   *
   * @param size how many bytes it may have
   */
  void pull(Digest digest, long size, OutputStream out) throws IOException {
    Transfer transfer =
        new Transfer(listener, TransferListener.Direction.FROM_REGISTRY, digest, size);
    transfer.begin();
    call(
        "pulling " + digest,
        () -> {
          client
              .pullBlob(jibs(digest), total -> {}, transfer::advance)
              .writeTo(new BoundedOutputStream(out, size, reference.registry()));
          return true;
        });
  }

  /** Fetches the manifest or index of a tag or digest. */
  RegistryTransport.ReceivedManifest manifest(String version) throws IOException {
    return call("pulling the manifest of " + version, () -> received(version));
  }

  /** The same; empty if there is none. */
  Optional<RegistryTransport.ReceivedManifest> findManifest(String version) throws IOException {
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

  private static DescriptorDigest jibs(Digest digest) {
    try {
      return DescriptorDigest.fromHash(digest.hex());
    } catch (DigestException e) {
      throw new IllegalStateException("a digest is one for Jib too: " + digest, e);
    }
  }
}
