package io.jrootfs.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on a port of its own, listening at every address of this machine. */
public final class LoopbackRegistry implements AutoCloseable {
  private final Process process;
  private final int port;

  private LoopbackRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** One that lets everybody in, over plain HTTP. */
  public static LoopbackRegistry open(Path directory) throws Exception {
    return start(directory, "", "");
  }

  /** Such a one on a port that another one has left. */
  public static LoopbackRegistry at(int port, Path directory) throws Exception {
    return start(port, directory, "", "");
  }

  /** One that lets only {@code reader} in, with password {@code secret}. */
  public static LoopbackRegistry withPassword(Path directory) throws Exception {
    // Of htpasswd -Bbn reader secret.
    Path users =
        Files.writeString(
            directory.resolve("users"),
            "reader:$2y$05$4wesvFwsbayLPzQ/GThPBu1JJPk.loHUjP8./evWm6S3lPzvX/3ku\n");
    return start(directory, "auth: {htpasswd: {realm: test, path: " + users + "}}\n", "");
  }

  /** One with a certificate for {@code localhost} that nobody vouches for. */
  public static LoopbackRegistry withOwnCertificate(Path directory) throws Exception {
    Path key = directory.resolve("key.pem");
    Path certificate = directory.resolve("certificate.pem");
    makeCertificate(key, certificate);
    return start(directory, "", ", tls: {certificate: " + certificate + ", key: " + key + "}");
  }

  /** A key, and a certificate for {@code localhost} that it signed itself. */
  static void makeCertificate(Path key, Path certificate) throws Exception {
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString())
            .redirectErrorStream(true)
            .redirectOutput(Path.of(key + ".log").toFile())
            .start();
    assertThat(openssl.waitFor()).isZero();
  }

  /** One that lets in whoever brings a token of {@code tokens}. */
  public static LoopbackRegistry withTokens(Path directory, TokenServer tokens) throws Exception {
    return start(
        directory,
        "auth: {token: {realm: '"
            + tokens.realm()
            + "', service: test, issuer: test, rootcertbundle: "
            + tokens.certificate()
            + "}}\n",
        "");
  }

  static LoopbackRegistry start(Path directory, String configuration, String http)
      throws Exception {
    return start(freePort(), directory, configuration, http);
  }

  private static LoopbackRegistry start(int port, Path directory, String configuration, String http)
      throws Exception {
    Path storage = Files.createDirectories(directory.resolve("storage"));
    Path file =
        Files.writeString(
            directory.resolve("registry.yml"),
            "version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: "
                + storage
                + "}}\n"
                + configuration
                + "http: {addr: ':"
                + port
                + "'"
                + http
                + "}\n");
    Process process =
        new ProcessBuilder("docker-registry", "serve", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("registry.log").toFile())
            .start();
    LoopbackRegistry registry = new LoopbackRegistry(process, port);
    while (!registry.isListening()) {
      assertThat(process.isAlive())
          .as(Files.readString(directory.resolve("registry.log")))
          .isTrue();
      Thread.sleep(20);
    }
    return registry;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  /** {@code localhost:PORT/PATH}. */
  public String name(String path) {
    return "localhost:" + port + "/" + path;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
