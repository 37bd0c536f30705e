package io.jrootfs.builder.registry;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * How to talk to a registry, found out before anything is said: Jib would try insecure ways on its
 * own, and what cannot be reached it would try again for a minute.
 */
enum Channel {
  /** HTTPS with a certificate that is trusted. */
  VERIFIED,
  /** HTTPS with a certificate that nobody vouches for; only when asked for. */
  UNVERIFIED,
  /** HTTP; only to this machine itself, or when asked for. */
  PLAIN;

  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  /**
   * Connects once and hangs up.
   *
   * @param reference whose registry
   * @param insecure whether an unknown certificate and plain HTTP are accepted
   * @param proxies through which to connect
   * @throws RegistryAccessException if there is no way that is allowed
   */
  static Channel to(RegistryReference reference, boolean insecure, Proxies proxies)
      throws RegistryAccessException {
    String registry = reference.registry();
    HostAndPort server = HostAndPort.fromString(reference.server());
    boolean plainIsAllowed = insecure || Proxies.isLoopback(server.getHost());
    try {
      handshake(server.getHost(), server.getPortOrDefault(HTTPS_PORT), proxies);
      return VERIFIED;
    } catch (UnknownHostException e) {
      throw new RegistryAccessException(
          registry, "no such host; check the name, it is HOST[:PORT]/NAME[:TAG]", e);
    } catch (SSLHandshakeException e) {
      if (insecure) {
        return UNVERIFIED;
      }
      throw new RegistryAccessException(
          registry,
          "its certificate is not trusted ("
              + e.getMessage()
              + "); add its authority to Java's trust store, or accept any with --insecure",
          e);
    } catch (SSLException e) {
      if (plainIsAllowed) {
        return PLAIN;
      }
      throw new RegistryAccessException(
          registry,
          "does not speak HTTPS, and plain HTTP is used only with this machine itself; to use it"
              + " anyway give --insecure",
          e);
    } catch (ConnectException e) {
      if (plainIsAllowed && !server.hasPort() && isListening(server.getHost(), proxies)) {
        return PLAIN;
      }
      throw unreachable(registry, e);
    } catch (IOException e) {
      throw unreachable(registry, e);
    }
  }

  private static RegistryAccessException unreachable(String registry, IOException e) {
    String reason = e instanceof SocketTimeoutException ? "no answer" : e.getMessage();
    return new RegistryAccessException(
        registry, "cannot be reached: " + reason + "; check its name and that it runs", e);
  }

  private static void handshake(String host, int port, Proxies proxies) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket plain = Tunnel.to(host, port, proxies.leadingTo("https", host, port));
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      // Without it, a certificate of anybody whom somebody vouches for would do.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }

  /** Whether there is plain HTTP; of what is behind a proxy only that one knows. */
  private static boolean isListening(String host, Proxies proxies) {
    if (proxies.leadingTo("http", host, HTTP_PORT).isPresent()) {
      return true;
    }
    try (Socket socket = Tunnel.to(host, HTTP_PORT, Optional.empty())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
