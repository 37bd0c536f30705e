package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.Samples;
import io.jrootfs.builder.image.Trees;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.registry.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may, and who is believed to be who they say they are. */
class RegistryTrustTest {
  @TempDir Path work;
  private Path image;
  private Path home;

  @BeforeEach
  void writeImage() throws Exception {
    image =
        Samples.write(work.resolve("ours.tar"), Compression.GZIP, work, Trees.everything()).path();
    home = Files.createDirectory(work.resolve("home"));
  }

  private static String auths(LoopbackRegistry registry, String password) {
    String secret =
        Base64.getEncoder().encodeToString(("reader:" + password).getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"localhost:" + registry.port() + "\":{\"auth\":\"" + secret + "\"}}}";
  }

  private Path write(String file, String text) throws Exception {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private Invocation push(LoopbackRegistry registry, String variable, String value) {
    return Invocation.with(
        ImmutableMap.of(variable, value), "push", image.toString(), registry.name("x:1"));
  }

  @Test
  void withoutCredentialsItSaysHowToLogIn() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      Invocation result = push(registry, "HOME", home.toString());
      assertThat(result)
          .isEqualTo(
              new Invocation(
                  3,
                  "",
                  "jbuild push: registry localhost:"
                      + registry.port()
                      + ": refuses access to x without credentials (no file with credentials"
                      + " exists); log in with 'podman login localhost:"
                      + registry.port()
                      + "' or 'docker login localhost:"
                      + registry.port()
                      + "'\n"));
    }
  }

  @Test
  void theWrongPasswordIsToldWithTheFileItIsFrom() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      Path file = write("auth.json", auths(registry, "wrong"));
      Invocation result = push(registry, "REGISTRY_AUTH_FILE", file.toString());
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err())
          .hasLineCount(1)
          .contains(
              "refuses access to x with the credentials from "
                  + file
                  + ", those of 'reader'; ask its owner for access if those are right, or log in"
                  + " with 'podman login localhost:"
                  + registry.port()
                  + "' or 'docker login localhost:"
                  + registry.port()
                  + "' again\n");
    }
  }

  @Test
  void credentialsAreFoundWherePodmanAndDockerPutThem() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      String auths = auths(registry, "secret");
      Path file = write("chosen.json", auths);
      assertThat(push(registry, "REGISTRY_AUTH_FILE", "" + file).status()).isZero();
      Path runtime = write("run/containers/auth.json", auths).getParent().getParent();
      assertThat(push(registry, "XDG_RUNTIME_DIR", "" + runtime).status()).isZero();
      Path docker = write("docker/config.json", auths).getParent();
      assertThat(push(registry, "DOCKER_CONFIG", "" + docker).status()).isZero();
      write(".docker/config.json", auths);
      assertThat(push(registry, "HOME", "" + home).status()).isZero();
      write(".config/containers/auth.json", auths(registry, "wrong"));
      assertThat(push(registry, "HOME", "" + home).err()).contains(".config/containers/auth.json");
    }
  }

  @Test
  void podmanLoginIsEnough() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      Path file = home.resolve("auth.json");
      Process login =
          new ProcessBuilder(
                  "podman",
                  "login",
                  "--tls-verify=false",
                  "--authfile",
                  file.toString(),
                  "-u",
                  "reader",
                  "-p",
                  "secret",
                  "localhost:" + registry.port())
              .inheritIO()
              .start();
      assertThat(login.waitFor()).isZero();
      assertThat(push(registry, "REGISTRY_AUTH_FILE", "" + file).status()).isZero();
    }
  }

  @Test
  void aHelperProgramIsAsked() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      write("docker/config.json", "{\"credsStore\":\"jbuildtest\"}");
      Path helper =
          write(
              "bin/docker-credential-jbuildtest",
              "#!/bin/sh\ncat >'"
                  + home
                  + "/asked'\n"
                  + "echo '{\"Username\":\"reader\",\"Secret\":\"secret\"}'\n");
      Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
      ProcessBuilder push =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName(),
              "push",
              image.toString(),
              registry.name("x:1"));
      push.environment().put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
      push.environment().put("DOCKER_CONFIG", home.resolve("docker").toString());
      push.environment().put("HOME", home.toString());
      push.environment().remove("REGISTRY_AUTH_FILE");
      push.environment().remove("XDG_RUNTIME_DIR");
      assertThat(push.inheritIO().start().waitFor()).isZero();
      assertThat(home.resolve("asked")).content().contains("localhost:" + registry.port());
    }
  }

  @Test
  void tokensAreFetchedForWhatIsDoneAndNoMore() throws Exception {
    try (TokenServer tokens = new TokenServer(work);
        LoopbackRegistry registry = LoopbackRegistry.withTokens(work, tokens)) {
      String file = write("auth.json", auths(registry, "secret")).toString();
      Invocation pushed = push(registry, "REGISTRY_AUTH_FILE", file);
      assertThat(pushed.status()).as(pushed.err()).isZero();
      assertThat(tokens.scopes()).containsOnly("repository:x:pull,push");

      tokens.scopes().clear();
      Invocation pulled =
          Invocation.with(
              ImmutableMap.of("REGISTRY_AUTH_FILE", file),
              "pull",
              registry.name("x:1"),
              "-o",
              work.resolve("pulled.tar").toString());
      assertThat(pulled.status()).as(pulled.err()).isZero();
      assertThat(tokens.scopes()).containsOnly("repository:x:pull");
      assertThat(Invocation.of("diff", "" + image, "" + work.resolve("pulled.tar")).status())
          .isZero();

      String wrong = write("wrong.json", auths(registry, "wrong")).toString();
      Invocation refused = push(registry, "REGISTRY_AUTH_FILE", wrong);
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.err())
          .hasLineCount(1)
          .contains("refuses access to x with the credentials from " + wrong);
    }
  }

  @Test
  void aFileThatHoldsNoCredentialsIsNamed() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withPassword(work)) {
      Path file = write("broken.json", "not json");
      Invocation result = push(registry, "REGISTRY_AUTH_FILE", file.toString());
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err()).hasLineCount(1).contains("credentials in " + file);
    }
  }

  @Test
  void aCertificateNobodyVouchesForIsRefusedUnlessAskedFor() throws Exception {
    try (LoopbackRegistry registry = LoopbackRegistry.withOwnCertificate(work)) {
      Invocation refused = push(registry, "HOME", home.toString());
      assertThat(refused.status()).isEqualTo(3);
      assertThat(refused.out()).isEmpty();
      assertThat(refused.err())
          .hasLineCount(1)
          .contains("its certificate is not trusted", "--insecure");
      assertThat(
              Invocation.of("push", "--insecure", image.toString(), registry.name("x:1")).status())
          .isZero();
    }
  }
}
