package io.jrootfs.builder.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A way to a port of this machine that is cut after a number of bytes sent or received. */
public final class CutConnection implements AutoCloseable {
  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int port;
  private long left;

  /**
   * @param port where it leads
   */
  public CutConnection(int port, long bytes) throws IOException {
    this.port = port;
    this.left = bytes;
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "cut connection");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        start(() -> relay(client, server));
        start(() -> relay(server, client));
      }
    } catch (IOException e) {
      // Closed: the test is over, or the bytes are used up.
      return;
    }
  }

  private void relay(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(buffer); count > 0 && take(count); count = in.read(buffer)) {
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      // The other direction closed both sockets.
      return;
    }
  }

  private synchronized boolean take(int count) throws IOException {
    left -= count;
    if (left < 0) {
      entrance.close();
    }
    return left >= 0;
  }

  /** Where it begins. */
  public int port() {
    return entrance.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
