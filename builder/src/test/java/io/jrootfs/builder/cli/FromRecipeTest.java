package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.ForeignTool;
import io.jrootfs.builder.registry.LoopbackRegistry;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes that begin with an image, and their locks. */
class FromRecipeTest {
  @TempDir Path work;
  private ForeignTool foreign;
  private ImmutableMap<String, String> environment = ImmutableMap.of();

  @BeforeEach
  void isolate() throws IOException {
    foreign = new ForeignTool(Files.createDirectory(work.resolve("foreign")));
    environment =
        ImmutableMap.<String, String>builder()
            .putAll(Invocation.ENVIRONMENT)
            .put("JBUILD_CACHE_DIR", work.resolve("cache").toString())
            .buildOrThrow();
  }

  private Invocation jbuild(String... words) {
    return Invocation.with(environment, words);
  }

  private void succeed(String... words) {
    assertThat(jbuild(words)).isEqualTo(new Invocation(0, "", ""));
  }

  private Path base(String name, String text) throws IOException {
    Path file = Files.writeString(work.resolve("file"), text);
    Path base = work.resolve(name);
    succeed("rootfs", "-q", "--add", "bash", "--copy", file + ":/file", "-o", base.toString());
    return base;
  }

  private String recipe(String contents) throws IOException {
    return Files.writeString(work.resolve("recipe.yaml"), "recipe: 1\n" + contents).toString();
  }

  private Invocation build(String output, String recipe, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of("rootfs", "-q", "--recipe", recipe, "-o", work.resolve(output).toString()));
    words.addAll(List.of(options));
    return jbuild(words.toArray(String[]::new));
  }

  @Test
  void aFileBesideTheRecipeIsABase() throws Exception {
    Path base = base("base.tar", "old");
    String recipe =
        recipe(
            """
            contents:
              from: ./base.tar
              files:
                - { text: new, to: /file }
            image: { env: { A: b } }
            """);
    assertThat(build("image.tar", recipe)).isEqualTo(new Invocation(0, "", ""));
    assertThat(jbuild("diff", base.toString(), work.resolve("image.tar").toString()).out())
        .startsWith("Configuration:\n  + Env A: b\nEntries:\n  ~ /file: ");
  }

  @Test
  void accountsComeBesideThoseOfTheBase() throws Exception {
    ForeignBase base = ForeignBase.empty(foreign, work);
    base.addLayer(
        "accounts",
        "mkdir etc; echo 'theirs:x:7:7::/:/bin/sh' > etc/passwd;"
            + " echo 'app:x:8:8::/:/bin/sh' >> etc/passwd; chmod 600 etc/passwd");
    String recipe =
        recipe(
            """
            contents: { from: ./base }
            accounts: { users: [{ name: app, uid: 10001, home: /home/app }] }
            """);
    assertThat(build("root", recipe, "--format", "dir")).isEqualTo(new Invocation(0, "", ""));
    assertThat(Files.readAllLines(work.resolve("root/etc/passwd")))
        .hasSize(2)
        .startsWith("theirs:x:7:7::/:/bin/sh")
        .last()
        .asString()
        .startsWith("app:x:10001:");
    assertThat(ExternalTool.run(work, "stat", "-c", "%a", "root/etc/passwd").strip())
        .isEqualTo("600");
  }

  @Test
  void aLockNoticesAnotherBase() throws Exception {
    base("base.tar", "one");
    String recipe = recipe("contents: { from: ./base.tar }\nname: locked\n");
    succeed("lock", "-q", recipe);
    assertThat(build("image.tar", recipe, "--locked")).isEqualTo(new Invocation(0, "", ""));
    base("base.tar", "two");
    Invocation other = build("other.tar", recipe, "--locked");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err()).contains("the base image has changed");
    assertThat(work.resolve("other.tar")).doesNotExist();
  }

  @Test
  void aLockedTagStaysTheImageThatItWas() throws Exception {
    Path one = base("one.tar", "one");
    Path two = base("two.tar", "two");
    try (LoopbackRegistry registry =
        LoopbackRegistry.open(Files.createDirectory(work.resolve("registry")))) {
      String name = registry.name("base:1");
      foreign.skopeo("copy", "--dest-tls-verify=false", "oci-archive:" + one, "docker://" + name);
      String recipe = recipe("contents: { from: '" + name + "' }\nname: locked\n");
      succeed("lock", "-q", recipe);
      foreign.skopeo("copy", "--dest-tls-verify=false", "oci-archive:" + two, "docker://" + name);
      assertThat(build("locked.tar", recipe, "--locked")).isEqualTo(new Invocation(0, "", ""));
      assertThat(build("moved.tar", recipe)).isEqualTo(new Invocation(0, "", ""));
    }
    assertThat(jbuild("diff", "-q", one.toString(), work.resolve("locked.tar").toString()).out())
        .isEmpty();
    assertThat(jbuild("diff", two.toString(), work.resolve("moved.tar").toString()).out())
        .isEmpty();

    // The registry is gone; what was locked is in the cache.
    String recipe = work.resolve("recipe.yaml").toString();
    assertThat(build("offline.tar", recipe, "--locked", "--offline"))
        .isEqualTo(new Invocation(0, "", ""));
    assertThat(work.resolve("offline.tar")).hasSameBinaryContentAs(work.resolve("locked.tar"));
    ExternalTool.run(work, "rm", "-r", "cache");
    Invocation without = build("without.tar", recipe, "--locked", "--offline");
    assertThat(without.status()).isEqualTo(3);
    assertThat(without.err()).contains("--offline fetches nothing");
    assertThat(work.resolve("without.tar")).doesNotExist();
  }
}
