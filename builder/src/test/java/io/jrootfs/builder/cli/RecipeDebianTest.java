package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a recipe says of its Debian system is what the back end is told. */
class RecipeDebianTest extends RecipeCommands {
  /** A back end that notes down what it is told, and makes a system for that. */
  private Path fakeMmdebstrap() throws IOException {
    Path programs = Files.createDirectory(work.resolve("programs"));
    Path told = work.resolve("told");
    Path program = programs.resolve("mmdebstrap");
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf '%s\\n' "$@" >TOLD
        system=$(mktemp -d) && mkdir -p "$system/var/lib/dpkg" "$system/bin"
        printf 'Package: dpkg\\nArchitecture: i386\\n' >"$system/var/lib/dpkg/status"
        tar -C "$system" -c .
        """
            .replace("TOLD", told.toString()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    environment =
        ImmutableMap.of(
            "PATH",
            programs + ":/usr/bin:/bin",
            "TMPDIR",
            work.toString(),
            "JBUILD_CACHE_DIR",
            work.resolve("cache").toString());
    return told;
  }

  @Test
  void theRecipesPlatformIsTheOneOfItsDebianSystem() throws Exception {
    Path told = fakeMmdebstrap();
    String debian = "contents: { debian: { suite: sid, keyring: k.gpg, tool: mmdebstrap } }\n";
    Files.createFile(work.resolve("k.gpg"));
    Invocation built = build(recipe("platforms: [linux/386, linux/arm64]\n" + debian));
    assertThat(built.status()).as(built.err()).isZero();
    assertThat(told)
        .content()
        .contains("--architectures=i386\n", "--keyring=" + work.resolve("k.gpg") + "\n");
    String raw = Files.readString(work.resolve("image.tar"), StandardCharsets.ISO_8859_1);
    assertThat(raw).contains("\"architecture\":\"386\"");

    Invocation refused = build(recipe("platforms: [linux/amd64]\n" + debian));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("is for linux/amd64, but its programs are for linux/386");
    assertThat(told).content().doesNotContain("--architectures");

    assertThat(build(recipe(debian), "--platform", "linux/386").status()).isZero();
    assertThat(told).content().contains("--architectures=i386\n");
  }

  @Test
  void featuresOfADebianSystemAreItsPackages() throws Exception {
    Path told = fakeMmdebstrap();
    String debian = "debian: { suite: sid, packages: [less], tool: mmdebstrap }";
    Invocation built =
        build(
            recipe("contents: { " + debian + ", features: [nss, tzdata] }\n"),
            "--with",
            "ca-certificates,locale:C.UTF-8,terminfo:screen");
    assertThat(built.status()).as(built.err()).isZero();
    assertThat(told).content().contains("--include=less,tzdata,ca-certificates,ncurses-term\n");

    Invocation refused = build(recipe("contents: { " + debian + ", features: [gconv] }\n"));
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("feature 'gconv'", "--include").hasLineCount(1);

    Invocation zone =
        build(recipe("contents: { " + debian + ", features: ['tzdata:Asia/Tokyo'] }\n"));
    assertThat(zone.status()).isEqualTo(1);
    assertThat(zone.err()).contains("tzdata:Asia/Tokyo", "-e TZ=Asia/Tokyo").hasLineCount(1);
  }
}
