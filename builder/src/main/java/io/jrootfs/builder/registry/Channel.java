package io.jrootfs.builder.registry;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
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

  /** What curl and others take a proxy from. */
  private static final ImmutableList<String> PROXIES =
      ImmutableList.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");

  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  /**
   * Connects once and hangs up.
   *
   * @param reference whose registry
   * @param insecure whether an unknown certificate and plain HTTP are accepted
   * @param environment may name a proxy, which failures then say is not used
   * @throws RegistryAccessException if there is no way that is allowed
   */
  static Channel to(
      RegistryReference reference, boolean insecure, ImmutableMap<String, String> environment)
      throws RegistryAccessException {
    String registry = reference.registry();
    HostAndPort server = HostAndPort.fromString(reference.server());
    boolean plainIsAllowed = insecure || isLoopback(server.getHost());
    try {
      handshake(server.getHost(), server.getPortOrDefault(HTTPS_PORT));
      return VERIFIED;
    } catch (UnknownHostException e) {
      throw new RegistryAccessException(
          registry,
          "no such host; check the name, it is HOST[:PORT]/NAME[:TAG]" + ofProxy(environment),
          e);
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
      if (plainIsAllowed && !server.hasPort() && isListening(server.getHost())) {
        return PLAIN;
      }
      throw unreachable(registry, e, environment);
    } catch (IOException e) {
      throw unreachable(registry, e, environment);
    }
  }

  /** Who relies on a proxy learns why it did not help. */
  private static String ofProxy(ImmutableMap<String, String> environment) {
    return PROXIES.stream()
        .filter(name -> !environment.getOrDefault(name, "").isEmpty())
        .findFirst()
        .map(name -> "; " + name + " is set, but registries are reached directly")
        .orElse("");
  }

  private static RegistryAccessException unreachable(
      String registry, IOException e, ImmutableMap<String, String> environment) {
    String reason = e instanceof SocketTimeoutException ? "no answer" : e.getMessage();
    return new RegistryAccessException(
        registry,
        "cannot be reached: " + reason + "; check its name and that it runs" + ofProxy(environment),
        e);
  }

  private static void handshake(String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    try (Socket plain = connected(host, port);
        SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      // Without it, a certificate of anybody whom somebody vouches for would do.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }

  private static Socket connected(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(resolved(host), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static InetAddress resolved(String host) throws UnknownHostException {
    return InetAddress.getByName(host);
  }

  private static boolean isListening(String host) {
    try (Socket socket = connected(host, HTTP_PORT)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** By its spelling: what a name leads to is somebody else's decision. */
  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (InetAddresses.isInetAddress(host) && InetAddresses.forString(host).isLoopbackAddress());
  }
}
