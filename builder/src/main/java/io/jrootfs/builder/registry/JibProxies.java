package io.jrootfs.builder.registry;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.registry.Proxies.HttpProxy;
import java.io.Closeable;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells Jib of proxies. Its HTTP client asks nobody but the JVM as a whole, so that this holds for
 * all of the JVM from {@link #install} until {@link #close}.
 */
final class JibProxies implements Closeable {
  private final @Nullable ProxySelector selectorBefore = ProxySelector.getDefault();
  private final @Nullable Authenticator authenticatorBefore = Authenticator.getDefault();

  private JibProxies() {}

  static JibProxies install(Proxies proxies) {
    JibProxies before = new JibProxies();
    ProxySelector.setDefault(new Selector(proxies));
    Authenticator.setDefault(new Passwords(proxies));
    return before;
  }

  @Override
  public void close() {
    ProxySelector.setDefault(selectorBefore);
    Authenticator.setDefault(authenticatorBefore);
  }

  private static final class Selector extends ProxySelector {
    private final Proxies proxies;

    Selector(Proxies proxies) {
      this.proxies = proxies;
    }

    @Override
    public List<Proxy> select(URI uri) {
      int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
      Optional<HttpProxy> proxy = proxies.leadingTo(uri.getScheme(), uri.getHost(), port);
      return ImmutableList.of(
          proxy
              .map(it -> new Proxy(Proxy.Type.HTTP, new InetSocketAddress(it.host(), it.port())))
              .orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
      // There is no other way to try; who has asked reports the failure.
    }
  }

  /** Asked for servers, too, which get none of a proxy's passwords. */
  private static final class Passwords extends Authenticator {
    private final Proxies proxies;

    Passwords(Proxies proxies) {
      this.proxies = proxies;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      if (getRequestorType() != RequestorType.PROXY) {
        return null;
      }
      return Stream.of(proxies.https(), proxies.http())
          .flatMap(Optional::stream)
          .filter(it -> it.port() == getRequestingPort() && isAsking(it.host()))
          .flatMap(it -> it.user().stream())
          .findFirst()
          .map(Passwords::split)
          .orElse(null);
    }

    /** It says its address where {@code host} is its name. */
    private boolean isAsking(String host) {
      InetAddress address = new InetSocketAddress(host, 0).getAddress();
      return host.equals(getRequestingHost())
          || (address != null && address.getHostAddress().equals(getRequestingHost()));
    }

    private static PasswordAuthentication split(String user) {
      int colon = user.indexOf(':');
      return colon < 0
          ? new PasswordAuthentication(user, new char[0])
          : new PasswordAuthentication(
              user.substring(0, colon), user.substring(colon + 1).toCharArray());
    }
  }
}
