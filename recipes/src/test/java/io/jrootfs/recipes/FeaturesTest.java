package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --with} brings is complete: the programs that want it work in the container. */
class FeaturesTest {
  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.sharedIn(work);
  }

  private String out(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  private int status(String script) throws Exception {
    return dist.shell(work, script).status();
  }

  @Test
  void nssResolvesUsersGroupsAndHosts() throws Exception {
    out("jbuild rootfs --add getent --with nss");
    assertThat(out("jrun image.tar getent passwd root")).startsWith("root:x:0:0:");
    assertThat(out("jrun image.tar getent group nobody")).startsWith("nobody:x:65534:");
    assertThat(out("jrun image.tar getent hosts localhost")).contains("::1");
  }

  @Test
  void nssAsksTheNameServerOfResolvConf() throws Exception {
    Files.writeString(work.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    try (OneNameServer server = OneNameServer.started("only-dns-knows.example.", "192.0.2.7")) {
      out("jbuild rootfs --add getent --with nss");
      assertThat(
              out(
                  "jrun --network host -v $PWD/resolv.conf:/etc/resolv.conf image.tar"
                      + " getent ahostsv4 only-dns-knows.example"))
          .contains("192.0.2.7");
      assertThat(server.questions()).isPositive();
    }
  }

  @Test
  void tzdataKnowsEveryZoneAndOneNamedIsTheLocalOne() throws Exception {
    out("jbuild rootfs --add date --with tzdata");
    assertThat(out("jrun -e TZ=Pacific/Chatham image.tar date -d @0 '+%H:%M %z'"))
        .isEqualTo("12:45 +1245\n");

    out("jbuild rootfs --add date --with tzdata:Pacific/Chatham");
    assertThat(out("jrun image.tar date -d @0 '+%H:%M %z'")).isEqualTo("12:45 +1245\n");
    assertThat(out("jrun -e TZ=Asia/Tokyo image.tar date -d @0 '+%H:%M'")).isEqualTo("00:00\n");
  }

  @Test
  void localesGiveTheirCharacterSet() throws Exception {
    out("jbuild rootfs --add locale --with locale:C.UTF-8");
    assertThat(out("jrun -e LC_ALL=C.UTF-8 image.tar locale charmap")).isEqualTo("UTF-8\n");
    out("jbuild rootfs --add locale");
    assertThat(out("jrun -e LC_ALL=C.UTF-8 image.tar locale charmap 2>&1"))
        .endsWith("ANSI_X3.4-1968\n");
  }

  @Test
  void gconvConvertsBetweenCharacterSets() throws Exception {
    out("jbuild rootfs --add iconv --with gconv");
    assertThat(
            out(
                "printf '\\303\\251' >e; jrun -v $PWD/e:/e image.tar iconv -f UTF-8 -t ISO-8859-15"
                    + " /e | od -An -tx1"))
        .isEqualTo(" e9\n");
    // A module that needs another library, which is found in the modules' own directory.
    assertThat(out("jrun -v $PWD/e:/e image.tar iconv -f UTF-8 -t SHIFT_JISX0213 /e | od -An -tx1"))
        .isNotEmpty()
        .isEqualTo(out("iconv -f UTF-8 -t SHIFT_JISX0213 e | od -An -tx1"));
  }

  @Test
  void terminfoKnowsTheTerminal() throws Exception {
    out("jbuild rootfs --add infocmp --with terminfo:xterm");
    assertThat(out("jrun -e TERM=xterm image.tar infocmp")).contains("xterm terminal emulator");
    assertThat(status("jrun -e TERM=vt100 image.tar infocmp")).isNotZero();
  }

  @Test
  void pamLetsRootBecomeSomebodyElse() throws Exception {
    out("jbuild rootfs --add su,bash,id --with pam");
    assertThat(out("jrun image.tar su nobody -s /bin/bash -c 'id -u'")).isEqualTo("65534\n");
  }

  @Test
  void libgccUnwindsAThreadThatIsCancelled() throws Exception {
    Files.writeString(
        work.resolve("cancel.c"),
        """
        #include <pthread.h>
        #include <stdio.h>
        #include <unistd.h>
        static void *waits(void *nothing) { pause(); return nothing; }
        int main(void) {
          pthread_t thread;
          pthread_create(&thread, 0, waits, 0);
          pthread_cancel(thread);
          pthread_join(thread, 0);
          puts("cancelled");
          return 0;
        }
        """);
    out(
        "gcc -pthread -o cancel cancel.c && jbuild rootfs --add ./cancel --with libgcc -o with.tar");
    assertThat(out("jrun with.tar")).isEqualTo("cancelled\n");
    out("jbuild rootfs --add ./cancel -o without.tar");
    assertThat(dist.shell(work, "jrun without.tar").err()).contains("libgcc_s.so.1");
  }

  @Test
  void caCertificatesAreWhereOpensslLooks() throws Exception {
    out("jbuild rootfs --add bash,openssl --with ca-certificates");
    // Some are not valid any more, here and there.
    String verify =
        // What fails is in the output, which is compared with the host's.
        "for authority in /etc/ssl/certs/*.pem; do openssl verify \"$authority\" 2>&1 || true; done";
    assertThat(out("jrun image.tar bash -c '" + verify + "'"))
        .contains("ISRG_Root_X1.pem: OK")
        .isEqualTo(out(verify));
  }

  @Test
  void curlVerifiesTheCertificateOfAServer() throws Exception {
    out(
        "keytool -genkeypair -alias server -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -storepass changeit -keystore server.p12 2>&1;"
            + " keytool -exportcert -rfc -alias server -storepass changeit -keystore server.p12"
            + " >ours.crt");
    HttpsServer server = httpsServer(work.resolve("server.p12"));
    try {
      String curl = " curl -sS https://localhost:" + server.getAddress().getPort() + "/";
      out("jbuild rootfs --add curl --with nss,ca-certificates -o theirs.tar");
      Dist.Result refused = dist.shell(work, "jrun --network host theirs.tar" + curl);
      assertThat(refused.status()).isEqualTo(60);
      assertThat(refused.err()).contains("self-signed certificate");

      out(
          "jbuild rootfs --add curl --with nss,ca-certificates -o ours.tar"
              + " --copy ours.crt:/etc/ssl/certs/ca-certificates.crt");
      assertThat(out("jrun --network host ours.tar" + curl)).isEqualTo("verified");
    } finally {
      server.stop(0);
    }
  }

  private static HttpsServer httpsServer(Path keystore) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance(keystore.toFile(), password);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "verified".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }
}
