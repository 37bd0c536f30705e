package io.jrootfs.builder.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy at a port of this machine for which every server, whatever its name, is at one port of
 * this machine. Opens tunnels and passes requests on.
 */
public final class ForwardProxy implements AutoCloseable {
  private static final String DENIAL =
      """
      HTTP/1.1 407 Proxy Authentication Required\r
      Proxy-Authenticate: Basic realm="x"\r
      Content-Length: 0\r
      \r
      """;

  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final int port;
  private final String user;

  /**
   * @param port where all servers are
   * @param user name and password with a colon between them, without which nobody gets through;
   *     empty if everybody does
   */
  public ForwardProxy(int port, String user) throws IOException {
    this.port = port;
    this.user = user;
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "forward proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed: the test is over.
      return;
    }
  }

  private void serve(Socket client) {
    try (client;
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream()) {
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        String[] request = head.substring(0, head.indexOf('\r')).split(" ", -1);
        asked.add(request[0].equals("CONNECT") ? "CONNECT " + request[1] : server(request[1]));
        if (isAllowed(head)) {
          pass(request[0], head, client);
          return;
        }
        write(out, DENIAL);
      }
    } catch (IOException e) {
      // The other side hung up.
      return;
    }
  }

  private void pass(String method, String head, Socket client) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      if (method.equals("CONNECT")) {
        write(client.getOutputStream(), "HTTP/1.1 200 OK\r\n\r\n");
      } else {
        write(server.getOutputStream(), head);
      }
      start(() -> relay(server, client));
      client.getInputStream().transferTo(server.getOutputStream());
    }
  }

  private static void relay(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The other direction closed both sockets.
      return;
    }
  }

  private boolean isAllowed(String head) {
    String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.ISO_8859_1));
    return user.isEmpty() || head.contains("Proxy-Authorization: Basic " + basic + "\r\n");
  }

  private static String server(String url) {
    return url.replaceFirst("(http://[^/]*)/.*", "$1");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  /** What was asked for: {@code CONNECT HOST:PORT}, or {@code http://HOST[:PORT]}. */
  public List<String> asked() {
    return asked;
  }

  /** Its own address, as {@code HOST:PORT}. */
  public String address() {
    return "localhost:" + entrance.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
