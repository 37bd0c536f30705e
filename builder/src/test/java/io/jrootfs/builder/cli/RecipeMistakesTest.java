package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes in recipes and in the use of recipes are told in one line, with their place. */
class RecipeMistakesTest extends RecipeCommands {
  @ParameterizedTest
  @ValueSource(strings = {"rootfs --recipe", "lock", "explain"})
  void directoryIsNoRecipe(String command) {
    List<String> words = Splitter.on(' ').splitToList(command + " " + work);
    assertThat(jbuild(words.toArray(String[]::new)))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild " + words.get(0) + ": " + work + ": is a directory; a recipe is a file\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "platforms: [linux/s390x]|is for linux/s390x, but its programs are for linux/amd64",
        "contents: { debian: { suite: bookworm, trim: [docs] } }|'trim' takes docs and locales"
            + " together or neither",
        "contents: { binaries: [/usr/lib/nonesuch/*.so] }|matches /usr/lib/nonesuch/*.so",
        "contents: { files: [{ from: '/etc/pass*d', to: /x }, { from: /etc/gr*, to: /y }] }|which"
            + " cannot all become /y; leave out 'to'",
        "paths: [{ path: /nonesuch, mode: '0600' }]|is to change it, but it is not in the image",
        "{ contents: { files: [{ text: x, to: /etc/passwd }] }, accounts: { users: [{ name: app,"
            + " uid: 1 }] } }|/etc/passwd: file from the accounts of the recipe cannot replace",
        "contents: { features: [libgcc] }|feature 'libgcc': it is for programs with the GNU C library",
        "contents: { features: ['tzdata:Nowhere/Land'] }|Nowhere/Land is no time zone",
        "contents: { binaries: [nonesuch-program] }|nonesuch-program",
      })
  void whatCannotBeBuiltIsTheRequestsFault(String text, String fault) throws IOException {
    String joined = text.startsWith("{") ? text.substring(1, text.lastIndexOf('}')) : text;
    String file =
        Files.writeString(work.resolve("recipe.yaml"), "{ recipe: 1, " + joined + " }").toString();
    Invocation result = build(file);
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).contains(fault).hasLineCount(1);
    assertThat(work.resolve("image.tar")).doesNotExist();
  }

  @Test
  void aMistakeHasItsPlaceAndIsTheRequestsFault() throws IOException {
    String recipe = recipe("contens: {}\n");
    assertThat(build(recipe))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild rootfs: "
                    + recipe
                    + ":2:1: unknown key 'contens' in a recipe; did you mean 'contents'?\n"
                    + "  contens: {}\n"
                    + "  ^\n"));
  }

  /** Whatever is done with what is built, the command that was typed has failed. */
  @ParameterizedTest
  @ValueSource(strings = {"rootfs --recipe", "test", "lock"})
  void whatCannotBeBuiltIsToldByTheCommandThatBuilds(String command) throws IOException {
    String file =
        recipe("contents: { binaries: [nonesuch-program] }\nchecks: [{ no-setuid: true }]\n");
    List<String> words = Splitter.on(' ').splitToList(command + " " + file);
    Invocation result = jbuild(words.toArray(String[]::new));
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("jbuild " + words.get(0) + ": ")
        .contains("nonesuch-program")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rootfs --add ls --set a=b|--set and --locked are about a recipe; give --recipe",
        "rootfs --add ls --locked|--set and --locked are about a recipe; give --recipe",
        "rootfs --recipe x.yaml --offline|--offline goes with --locked",
        "rootfs --with nonesuch|--with: unknown feature 'nonesuch'; there are nss,",
        "rootfs --with tzdat|--with: unknown feature 'tzdat'; did you mean 'tzdata'?",
        "rootfs --add ls --expose http|--expose: 'http' is no port such as 80 or 53/udp, from 1 to"
            + " 65535",
        "rootfs --add ls --expose 65536/udp|--expose: '65536/udp' is no port such as",
        "rootfs --add ls --expose 0|--expose: '0' is no port such as",
        "rootfs --add ls --stop-signal FOO|--stop-signal: 'FOO' is not a signal such as TERM or"
            + " RTMIN+3, or its number from 1 to 64",
        "rootfs --add ls -w here|--workdir: not an absolute path: here",
        "rootfs --add ls --volume data|--volume: not an absolute path: data",
        "rootfs --add ls -e =x|--env: a variable needs a name",
        "explain|give the file name of a RECIPE",
        "lock|give the file name of a RECIPE",
        "test|give the file name of a RECIPE or an IMAGE",
        "test --set a=b image.tar|--set is about a recipe; give --recipe",
        "test --allow-setuid x.yaml|--allow-setuid goes with an IMAGE alone",
      })
  void wrongUseIsSaidInOneLine(String words, String problem) {
    Invocation result = jbuild(words.split(" "));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(problem).hasLineCount(1);
  }
}
