package io.jrootfs.builder.registry;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Which proxy leads to a server, by the variables that podman and docker take it from: HTTPS_PROXY,
 * HTTP_PROXY and NO_PROXY, in capitals or, failing that, in small letters. This machine itself is
 * reached directly whatever they say.
 *
 * @param https for HTTPS
 * @param http for plain HTTP
 * @param direct what is reached without one
 */
record Proxies(Optional<HttpProxy> https, Optional<HttpProxy> http, NoProxy direct) {
  private static final int HTTP_PORT = 80;

  /**
   * A proxy that is spoken to in plain HTTP, and asked for a tunnel where HTTPS is wanted.
   *
   * @param variable that names it
   * @param user name and password, with a colon between them, if it wants them
   */
  record HttpProxy(String variable, String host, int port, Optional<String> user) {
    @Override
    public String toString() {
      return "the proxy " + HostAndPort.fromParts(host, port) + " (" + variable + ")";
    }
  }

  /**
   * @param registry what is to be reached, for messages
   * @throws RegistryAccessException if a variable says something else than an HTTP proxy
   */
  static Proxies in(ImmutableMap<String, String> environment, String registry)
      throws RegistryAccessException {
    return new Proxies(
        proxy(environment, "HTTPS_PROXY", registry),
        proxy(environment, "HTTP_PROXY", registry),
        NoProxy.parse(
            variable(environment, "NO_PROXY")
                .map(name -> environment.getOrDefault(name, ""))
                .orElse("")));
  }

  /** The one that leads to {@code host}; none if it is reached directly. */
  Optional<HttpProxy> leadingTo(String scheme, String host, int port) {
    if (isLoopback(host) || direct.includes(host, port)) {
      return Optional.empty();
    }
    return scheme.equals("https") ? https : http;
  }

  /** By its spelling: what a name leads to is somebody else's decision. */
  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || (InetAddresses.isInetAddress(host) && InetAddresses.forString(host).isLoopbackAddress());
  }

  private static Optional<String> variable(ImmutableMap<String, String> environment, String name) {
    return ImmutableList.of(name, Ascii.toLowerCase(name)).stream()
        .filter(spelling -> !environment.getOrDefault(spelling, "").isBlank())
        .findFirst();
  }

  private static Optional<HttpProxy> proxy(
      ImmutableMap<String, String> environment, String name, String registry)
      throws RegistryAccessException {
    Optional<String> variable = variable(environment, name);
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    String value = environment.getOrDefault(variable.get(), "").strip();
    try {
      URI uri = new URI(value.contains("://") ? value : "http://" + value);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return Optional.of(
            new HttpProxy(
                variable.get(),
                // As in an address; HostAndPort adds the brackets again.
                uri.getHost().replaceAll("[\\[\\]]", ""),
                uri.getPort() < 0 ? HTTP_PORT : uri.getPort(),
                Optional.ofNullable(uri.getUserInfo())));
      }
      throw new URISyntaxException(value, "no address of an HTTP proxy");
    } catch (URISyntaxException e) {
      throw new RegistryAccessException(
          registry,
          // Without the value, which may hold a password.
          "cannot be reached: what "
              + variable.get()
              + " says is not like http://HOST:PORT; other kinds of proxies are not supported",
          e);
    }
  }
}
