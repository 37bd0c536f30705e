package io.jrootfs.builder.registry;

import com.google.common.net.HostAndPort;
import io.jrootfs.builder.registry.Proxies.HttpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Connections to servers, direct or through a proxy that is asked for a tunnel. */
final class Tunnel {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int MAX_ANSWER = 1 << 16;

  private Tunnel() {}

  /**
   * @param proxy through which, if not directly
   * @throws ConnectException if there is no way; of a proxy it says which and why
   */
  static Socket to(String host, int port, Optional<HttpProxy> proxy) throws IOException {
    return proxy.isPresent() ? through(proxy.get(), host, port) : direct(host, port);
  }

  private static Socket direct(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket through(HttpProxy proxy, String host, int port) throws IOException {
    Socket socket;
    try {
      socket = direct(proxy.host(), proxy.port());
    } catch (IOException e) {
      ConnectException failure =
          new ConnectException(proxy + " cannot be reached: " + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
    try {
      ask(socket, proxy, HostAndPort.fromParts(host, port));
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static void ask(Socket socket, HttpProxy proxy, HostAndPort server) throws IOException {
    StringBuilder request = new StringBuilder(200);
    request.append("CONNECT ").append(server).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(server).append("\r\n");
    proxy
        .user()
        .map(user -> Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
        .ifPresent(
            basic -> request.append("Proxy-Authorization: Basic ").append(basic).append("\r\n"));
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    String answer = answer(socket.getInputStream()).lines().findFirst().orElse("nothing");
    if (!answer.matches("HTTP/1\\.[01] 2\\d\\d\\b.*")) {
      throw new ConnectException(proxy + " opens no way to it and answers: " + answer);
    }
  }

  /** Up to the empty line, and not a byte of what comes through the tunnel after it. */
  private static String answer(InputStream in) throws IOException {
    StringBuilder answer = new StringBuilder(200);
    while (answer.length() < MAX_ANSWER && answer.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      answer.append((char) next);
    }
    return answer.toString();
  }
}
