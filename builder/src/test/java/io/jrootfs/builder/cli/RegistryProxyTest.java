package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.registry.ForwardProxy;
import io.jrootfs.builder.registry.LoopbackRegistry;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries behind a proxy, which alone knows where they are. */
class RegistryProxyTest {
  /** Nobody has such names, so that what reaches one has come through the proxy. */
  private static final String REGISTRY = "registry.example.invalid";

  @TempDir Path work;
  private Path image;

  @BeforeEach
  void build() {
    image = work.resolve("image.tar");
    assertThat(Invocation.of("rootfs", "-q", "--add", "sh", "-o", image.toString()).status())
        .isZero();
  }

  private static Invocation with(String variables, String... arguments) {
    ImmutableMap.Builder<String, String> environment = ImmutableMap.builder();
    environment.putAll(Invocation.ENVIRONMENT);
    for (String variable : variables.split(" ", -1)) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return Invocation.with(environment.buildOrThrow(), arguments);
  }

  private void pushesAndPulls(String variables, String registry) {
    Invocation pushed =
        with(variables, "push", "--insecure", image.toString(), registry + "/some/image:1");
    assertThat(pushed.status()).as(pushed.err()).isZero();
    Path pulled = work.resolve("pulled.tar");
    Invocation back =
        with(variables, "pull", "--insecure", registry + "/some/image:1", "-o", pulled.toString());
    assertThat(back.status()).as(back.err()).isZero();
    assertThat(Invocation.of("diff", image.toString(), pulled.toString()).out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPS_PROXY=http://", "https_proxy=http://", "HTTPS_PROXY="})
  void httpsGoesThroughATunnel(String variable) throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withOwnCertificate(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "")) {
      pushesAndPulls(variable + proxy.address(), REGISTRY);
      assertThat(proxy.asked()).isNotEmpty().containsOnly("CONNECT " + REGISTRY + ":443");
    }
  }

  @Test
  void aProxyThatWantsAPasswordGetsIt() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withOwnCertificate(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "somebody:se:cret")) {
      pushesAndPulls("HTTPS_PROXY=http://somebody:se:cret@" + proxy.address(), REGISTRY + ":5000");
      assertThat(proxy.asked()).isNotEmpty().containsOnly("CONNECT " + REGISTRY + ":5000");

      Invocation refused =
          with(
              "HTTPS_PROXY=http://somebody:wrong@" + proxy.address(),
              "push",
              image.toString(),
              REGISTRY + "/x");
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.err())
          .hasLineCount(1)
          .contains(
              "registry " + REGISTRY + ": cannot be reached: the proxy " + proxy.address(),
              "(HTTPS_PROXY) opens no way to it and answers: HTTP/1.1 407")
          .doesNotContain("wrong");
    }
  }

  @Test
  void plainHttpIsAskedOfTheProxy() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.open(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "")) {
      String address = proxy.address();
      pushesAndPulls("HTTPS_PROXY=" + address + " HTTP_PROXY=" + address, REGISTRY);
      assertThat(proxy.asked())
          .contains("CONNECT " + REGISTRY + ":443", "http://" + REGISTRY)
          .allMatch(asked -> asked.contains(REGISTRY));
    }
  }

  /** That one accepts connections and so would be used if it were asked. */
  @ParameterizedTest
  @CsvSource({
    "localhost, ''",
    "127.0.0.1, ''",
    "127.0.0.1, *",
  })
  void thisMachineIsReachedDirectly(String host, String direct) throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.open(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "nobody:gets through")) {
      String address = proxy.address();
      pushesAndPulls(
          "HTTPS_PROXY=" + address + " HTTP_PROXY=" + address + " NO_PROXY=" + direct,
          host + ":" + registry.port());
      assertThat(proxy.asked()).isEmpty();
    }
  }

  @Test
  void whatIsNamedInNoProxyIsReachedDirectly() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withOwnCertificate(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "")) {
      Invocation direct =
          with(
              "HTTPS_PROXY=" + proxy.address() + " NO_PROXY=other.invalid,example.invalid",
              "pull",
              REGISTRY + "/x",
              "-o",
              work.resolve("pulled.tar").toString());
      assertThat(direct.status()).isEqualTo(3);
      assertThat(direct.err()).contains("registry " + REGISTRY + ": no such host");
      assertThat(proxy.asked()).isEmpty();
    }
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    ForwardProxy proxy = new ForwardProxy(1, "");
    proxy.close();
    Invocation result =
        with("HTTPS_PROXY=" + proxy.address(), "push", image.toString(), REGISTRY + "/x");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            "jbuild push: registry "
                + (REGISTRY + ": cannot be reached: the proxy " + proxy.address())
                + " (HTTPS_PROXY) cannot be reached: Connection refused; check its name and that"
                + " it runs\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"socks5://somebody:secret@localhost:1", "http://", "http://a b", "https://x:1"})
  void whatIsNoHttpProxyIsOneSentenceWithoutItsPassword(String value) {
    Invocation result =
        Invocation.with(
            ImmutableMap.of("HTTPS_PROXY", value), "push", image.toString(), REGISTRY + "/x");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .isEqualTo(
            "jbuild push: registry "
                + REGISTRY
                + ": cannot be reached: what HTTPS_PROXY says is not like http://HOST:PORT; other"
                + " kinds of proxies are not supported\n");
  }

  @Test
  void theJvmIsLeftAsItWas() throws Exception {
    ProxySelector selector = ProxySelector.getDefault();
    Authenticator authenticator = Authenticator.getDefault();
    try (LoopbackRegistry registry = LoopbackRegistry.withOwnCertificate(work);
        ForwardProxy proxy = new ForwardProxy(registry.port(), "")) {
      pushesAndPulls("HTTPS_PROXY=" + proxy.address(), REGISTRY);
    }
    assertThat(ProxySelector.getDefault()).isSameAs(selector);
    assertThat(Authenticator.getDefault()).isSameAs(authenticator);
    assertThat(Files.size(image)).isPositive();
  }
}
