package io.jrootfs.builder.registry;

import com.google.common.base.Splitter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gives tokens to {@code reader} with password {@code secret}, as a registry's authorization
 * service does (distribution's token specification). The registry checks them.
 */
public final class TokenServer implements AutoCloseable {
  /** Repositories whose names begin so are not for {@code reader}. */
  public static final String SECRET = "secret/";

  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();
  private static final String ALLOWED =
      "Basic "
          + Base64.getEncoder().encodeToString("reader:secret".getBytes(StandardCharsets.UTF_8));

  private final HttpServer server;
  private final Path certificate;
  private final PrivateKey key;
  private final List<String> scopes = new ArrayList<>();

  /**
   * @param directory takes key and certificate
   */
  public TokenServer(Path directory) throws Exception {
    Path keyFile = directory.resolve("token-key.pem");
    this.certificate = directory.resolve("token-certificate.pem");
    LoopbackRegistry.makeCertificate(keyFile, certificate);
    this.key =
        KeyFactory.getInstance("RSA")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body(keyFile))));
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::answer);
    server.start();
  }

  /** The base64 between the lines of a PEM file. */
  private static String body(Path pem) throws IOException {
    StringBuilder body = new StringBuilder();
    for (String line : Files.readAllLines(pem)) {
      if (!line.startsWith("-----")) {
        body.append(line);
      }
    }
    return body.toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!ALLOWED.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      List<String> asked = new ArrayList<>();
      for (String parameter : Splitter.on('&').split(exchange.getRequestURI().getRawQuery())) {
        if (parameter.startsWith("scope=")) {
          asked.add(URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8));
        }
      }
      scopes.addAll(asked);
      byte[] body = ("{\"token\":\"" + token(asked) + "\"}").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** What is granted of {@code repository:NAME:ACTIONS}; of what is secret nothing is. */
  private static String access(String scope) {
    List<String> parts = Splitter.on(':').splitToList(scope);
    String actions = "\"" + parts.get(2).replace(",", "\",\"") + "\"";
    return String.format(
        "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}",
        parts.get(0), parts.get(1), parts.get(1).startsWith(SECRET) ? "" : actions);
  }

  /** A signed JSON web token for each {@code repository:NAME:ACTIONS}. */
  private String token(List<String> asked) throws GeneralSecurityException, IOException {
    String access = asked.stream().map(TokenServer::access).collect(Collectors.joining(","));
    long now = Instant.now().getEpochSecond();
    String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + body(certificate) + "\"]}";
    String claims =
        String.format(
            "{\"iss\":\"test\",\"aud\":\"test\",\"sub\":\"reader\",\"nbf\":%d,\"iat\":%d,\"exp\":%d,"
                + "\"jti\":\"1\",\"access\":[%s]}",
            now - 60, now, now + 300, access);
    String signed = encoded(header) + "." + encoded(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(StandardCharsets.UTF_8));
    return signed + "." + URL_SAFE.encodeToString(signature.sign());
  }

  private static String encoded(String json) {
    return URL_SAFE.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  String realm() {
    return "http://localhost:" + server.getAddress().getPort() + "/token";
  }

  Path certificate() {
    return certificate;
  }

  /** What was asked for, in order. */
  public List<String> scopes() {
    return scopes;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
