package io.jrootfs.recipes;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on the loopback interface that knows one name with one address (RFC 1035). */
final class OneNameServer implements AutoCloseable {
  private static final int PORT = 53;
  private static final int HEADER = 12;

  private final DatagramSocket socket;
  private final String name;
  private final byte[] address;
  private final AtomicInteger questions = new AtomicInteger();

  private OneNameServer(DatagramSocket socket, String name, byte[] address) {
    this.socket = socket;
    this.name = name;
    this.address = address;
  }

  /** Answers until it is closed. */
  static OneNameServer started(String name, String address) throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
    OneNameServer server =
        new OneNameServer(socket, name, InetAddress.getByName(address).getAddress());
    Thread thread = new Thread(server::serve, "name server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  int questions() {
    return questions.get();
  }

  private void serve() {
    byte[] buffer = new byte[512];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        byte[] answer = answer(packet.getData(), packet.getLength());
        questions.incrementAndGet();
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (SocketException e) {
      return; // Closed: the test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] answer(byte[] query, int length) throws IOException {
    StringBuilder asked = new StringBuilder();
    int at = HEADER;
    while (query[at] != 0) {
      asked.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII)).append('.');
      at += query[at] + 1;
    }
    int type = query[at + 2];
    int questionEnd = at + 5;
    boolean known = asked.toString().equals(name) && type == 1 && questionEnd <= length;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    out.writeShort(0x8180);
    out.writeShort(1);
    out.writeShort(known ? 1 : 0);
    out.writeInt(0);
    out.write(query, HEADER, questionEnd - HEADER);
    if (known) {
      out.writeShort(0xc000 | HEADER);
      out.writeShort(1);
      out.writeShort(1);
      out.writeInt(60);
      out.writeShort(address.length);
      out.write(address);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
