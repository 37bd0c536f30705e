package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A lock holds what a build depends on, the date among it. */
class RecipeLockTest extends RecipeCommands {
  @Test
  void theDateIsThatOfTheCommitOrOfTheEnvironment() throws Exception {
    String recipe = recipe("source-date-epoch: git\ncontents: { binaries: ['true'] }\n");
    assertThat(build(recipe).status()).isEqualTo(3);
    output("git", "-C", work.toString(), "init", "-q");
    output("git", "-C", work.toString(), "add", "recipe.yaml");
    output(
        "env",
        "GIT_COMMITTER_DATE=1234567890 +0000",
        "git",
        "-C",
        work.toString(),
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "commit",
        "-q",
        "-m",
        "a");
    assertThat(build(recipe).status()).isZero();
    assertThat(created()).isEqualTo("2009-02-13T23:31:30Z");

    recipe = recipe("source-date-epoch: env\ncontents: { binaries: ['true'] }\n");
    Invocation unset = build(recipe);
    assertThat(unset.status()).isEqualTo(2);
    assertThat(unset.err()).contains("SOURCE_DATE_EPOCH, which is not set");
    environment = ImmutableMap.of("PATH", "/usr/bin", "SOURCE_DATE_EPOCH", "86400");
    assertThat(build(recipe).status()).isZero();
    assertThat(created()).isEqualTo("1970-01-02T00:00:00Z");
  }

  private String created() throws IOException {
    String raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    int at = raw.indexOf("\"created\":\"") + "\"created\":\"".length();
    return raw.substring(at, raw.indexOf('"', at));
  }

  @Test
  void whatTheLockWarnsOfIsSaidInItsName() throws Exception {
    Files.writeString(work.resolve("words"), "one");
    String recipe =
        recipe("contents: { package-metadata: true, files: [{ from: words, to: /words }] }\n");

    assertThat(jbuild("lock", recipe).err())
        .startsWith("jbuild lock: no package metadata is added");
    assertThat(jbuild("lock", "--quiet", recipe).err()).isEmpty();
    assertThat(build(recipe).err()).startsWith("jbuild rootfs: no package metadata is added");
  }

  @Test
  void aLockHoldsUntilSomethingDrifts() throws Exception {
    Path text = Files.writeString(work.resolve("words"), "one");
    String recipe =
        recipe("contents: { binaries: ['true'], files: [{ from: words, to: /words }] }\n");
    Invocation unlocked = build(recipe, "--locked");
    assertThat(unlocked.status()).isEqualTo(1);
    assertThat(unlocked.err()).contains("recipe.lock: there is no such lock");

    assertThat(jbuild("lock", recipe)).isEqualTo(new Invocation(0, "", ""));
    String sum = output("sha256sum", "/usr/bin/true").substring(0, 64);
    assertThat(work.resolve("recipe.lock"))
        .content()
        .contains("/usr/bin/true: \"sha256:" + sum + "\"")
        .contains("compressor: \"gzip, zlib level 6 in 128 KiB blocks\"")
        .contains("/bin: \"-> usr/bin\"");
    assertThat(build(recipe, "--locked", "--offline").status()).isZero();

    Files.writeString(text, "two");
    assertDrift(build(recipe, "--locked"), "/words is sha256:");
    Files.writeString(text, "one");
    assertDrift(build(recipe, "--locked", "--add", "false"), "/usr/bin/false is new");
    assertDrift(build(recipe, "--locked", "--compress", "none"), "the compressor is uncompressed");
    assertDrift(build(recipe, "--locked", "--source-date-epoch", "9"), "the date is 9, not 0");
    output("chmod", "+x", text.toString());
    assertDrift(build(recipe, "--locked"), "owners, modes, dates or directories differ");
    output("chmod", "-x", text.toString());
    assertThat(build(recipe, "--locked").status()).isZero();
    Files.writeString(
        Path.of(recipe), Files.readString(Path.of(recipe)) + "image: { user: nobody }\n");
    assertDrift(build(recipe, "--locked"), "the recipe has changed");
  }

  private static void assertDrift(Invocation result, String what) {
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).hasLineCount(1).contains("recipe.lock").contains(what);
  }

  @Test
  void aLockThatIsNoneIsRefused() throws IOException {
    String recipe = recipe("contents: { binaries: ['true'] }\n");
    Files.writeString(work.resolve("recipe.lock"), "lock: 7\nfiles: {}\n");
    Invocation result = build(recipe, "--locked");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("is no lock that this jbuild knows");
  }
}
