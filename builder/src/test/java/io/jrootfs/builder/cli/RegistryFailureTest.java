package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a registry that answers every request with one HTTP status. */
class RegistryFailureTest {
  @TempDir Path work;
  private ServerSocket server;
  private Thread thread;
  private String host;
  private volatile int status;

  /** By hand: the JDK's own would wait for more of a TLS handshake, where registries hang up. */
  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    host = "localhost:" + server.getLocalPort();
    thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  answer(server.accept());
                }
              } catch (IOException e) {
                // Closed: the test is over.
              }
            });
    thread.start();
  }

  private void answer(Socket socket) throws IOException {
    try (socket) {
      BufferedReader request =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      request.mark(1);
      boolean isTls = request.read() == 0x16;
      request.reset();
      String asked = isTls ? "" : request.readLine();
      if (asked == null) {
        return;
      }
      for (String line = asked; !isTls && line != null && !line.isEmpty(); ) {
        line = request.readLine();
      }
      int answer = isTls ? 400 : asked.contains("/manifests/") ? status : 200;
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 " + answer + " x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    Uninterruptibles.joinUninterruptibly(thread);
  }

  private Invocation pull(ImmutableMap<String, String> environment) {
    return Invocation.with(
        environment, "pull", host + "/team/x", "-o", work.resolve("image.tar").toString());
  }

  private String login() {
    return "log in with 'podman login " + host + "' or 'docker login " + host + "'";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|failed: there is no such thing as HOST/team/x:latest; check the name, or LOGIN if it is"
            + " private",
        "429|failed: it answered with HTTP status 429, too many requests; try again later, or LOGIN,"
            + " as many allow more to those they know",
        "503|failed: it answered with HTTP status 503, so it is overloaded or broken; try again"
            + " later",
      })
  void eachFailureSaysWhatToTry(int answer, String said) {
    status = answer;
    assertThat(pull(Invocation.ENVIRONMENT))
        .isEqualTo(
            new Invocation(
                3,
                "",
                "jbuild pull: registry "
                    + host
                    + ": pulling the manifest of latest "
                    + said.replace("HOST", host).replace("LOGIN", login())
                    + "\n"));
  }

  @Test
  void credentialsThatDoNotHelpAreToldWithTheirFileAndUser() throws Exception {
    String secret =
        Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));
    Path file =
        Files.writeString(
            work.resolve("auth.json"),
            "{\"auths\":{\"" + host + "\":{\"auth\":\"" + secret + "\"}}}");
    ImmutableMap<String, String> environment =
        ImmutableMap.of("REGISTRY_AUTH_FILE", file.toString());
    status = 403;
    assertThat(pull(environment).err())
        .isEqualTo(
            "jbuild pull: registry "
                + host
                + ": refuses access to team/x with the credentials from "
                + file
                + ", those of 'alice'; ask its owner for access if those are right, or "
                + login()
                + " again\n");
    status = 404;
    assertThat(pull(environment).err())
        .endsWith(
            "/team/x:latest; check the name, and whether the credentials from "
                + file
                + " may see it\n");
  }
}
