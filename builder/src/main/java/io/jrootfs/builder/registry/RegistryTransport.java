package io.jrootfs.builder.registry;

import com.google.api.client.http.GenericUrl;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;

/**
 * Jib's HTTP client, held to one channel, and able to hand over a manifest byte for byte.
 *
 * <p>Jib parses every manifest into classes of its own, which lose what they do not know and (in
 * 0.28.1) fail on descriptors with {@code data} or {@code artifactType}. So the body is taken here,
 * and thrown past Jib's parser.
 */
final class RegistryTransport extends FailoverHttpClient {
  /** What registries accept for a manifest. */
  private static final int MAX_MANIFEST_SIZE = 4 << 20;

  private final Channel channel;
  private final String server;
  private boolean listsReferrers;

  /**
   * @param server {@code HOST[:PORT]}
   */
  RegistryTransport(Channel channel, String server) {
    super(channel != Channel.VERIFIED, channel != Channel.VERIFIED, event -> {});
    this.channel = channel;
    this.server = server;
  }

  /** The answer to a request for a manifest. */
  static final class ReceivedManifest extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient byte[] bytes;
    private final String contentType;

    private ReceivedManifest(byte[] bytes, String contentType) {
      super("a manifest was received");
      this.bytes = bytes;
      this.contentType = contentType;
    }

    byte[] bytes() {
      return bytes;
    }

    String contentType() {
      return contentType;
    }
  }

  /**
   * @throws ReceivedManifest if a manifest was asked for and comes
   */
  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    Response response = super.call(method, inChannel(url), request);
    // Said of a manifest with a subject by registries that list it themselves.
    listsReferrers |= !response.getHeader("OCI-Subject").isEmpty();
    if (method.equals("GET") && url.getPath().contains("/manifests/")) {
      try (response) {
        throw received(response);
      }
    }
    return response;
  }

  /** Whether the registry said of a manifest that it lists it with its subject. */
  boolean listsReferrers() {
    return listsReferrers;
  }

  /** Jib begins every address with https. Those of other servers, such as of tokens, stay so. */
  private URL inChannel(URL url) {
    if (channel != Channel.PLAIN || !url.getAuthority().equals(server)) {
      return url;
    }
    GenericUrl plain = new GenericUrl(url);
    plain.setScheme("http");
    return plain.toURL();
  }

  private ReceivedManifest received(Response response) throws IOException {
    try (InputStream body = response.getBody()) {
      byte[] bytes = body.readNBytes(MAX_MANIFEST_SIZE + 1);
      if (bytes.length > MAX_MANIFEST_SIZE) {
        throw new RegistryAccessException(
            server, "sent a manifest of more than " + MAX_MANIFEST_SIZE + " bytes");
      }
      String contentType = response.getHeader("Content-Type").stream().findFirst().orElse("");
      int parameters = contentType.indexOf(';');
      return new ReceivedManifest(
          bytes, parameters < 0 ? contentType : contentType.substring(0, parameters).strip());
    }
  }
}
