package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A check that does not hold fails, and says what is the case instead. */
class FailedChecksTest {
  private static final String CONTENTS =
      """
      recipe: 1
      contents:
        binaries: [bash, id]
        files: [{ text: "one\\ntwo\\n", to: /etc/words, mode: "0640" }]
      paths:
        - { path: /usr/bin/id, mode: "4755" }
      accounts: { users: [{ name: app, uid: 10001 }] }
      """;

  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.sharedIn(work);
  }

  private Dist.Result test(String more, String command) throws Exception {
    Files.writeString(work.resolve("recipe.yaml"), CONTENTS + more);
    return dist.shell(work, command);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "run: [bash, -c, 'echo no >&2; exit 3']|status 3, not 0; it said: 'no'",
        "run: [bash, -c, exit 3], status: 4|status 3, not 4; it said: ''",
        "run: [bash, -c, echo one], stdout: two|standard output has no two; it is: 'one'",
        "run: [bash, -c, echo one >&2], stderr: two|standard error has no two; it is: 'one'",
        "run: [id, -u], user: app, stdout: '^0$'|standard output has no ^0$; it is:",
        "run: [nonesuch]|status 127, not 0; it said: 'jrun: ",
        "present: /nonesuch|it is not there",
        "present: /etc/words, mode: '0644'|its mode is 0640, not 0644",
        "present: /etc/words, owner: '1:0'|its owner is 0:0, not 1:0",
        "present: /etc/words, matches: '^three$'|its content has no ^three$; it is: 'one two'",
        "absent: /etc/words|it is there",
        "max-size: 1kB|bytes together",
        "user: nonesuch|/etc/passwd has no such user",
        "user: app, uid: 7|the uid is 10001, not 7",
        "no-setuid: true|these are: /usr/bin/id",
      })
  void aCheckFails(String check, String fault) throws Exception {
    Dist.Result result = test("checks: [{ " + check + " }]\n", "jbuild test recipe.yaml");
    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).startsWith("FAILED ").contains(fault).hasLineCount(1);
    assertThat(result.err()).isEqualTo("jbuild test: 1 of 1 checks of recipe.yaml failed\n");
  }

  @Test
  void aCommandThatEndsHasNotStarted() throws Exception {
    Dist.Result result =
        test(
            "image: { cmd: [bash, -c, 'echo almost'] }\nchecks: [{ starts: ready }]\n",
            "jbuild test recipe.yaml");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).contains("FAILED starts and says ready").contains("'almost'");
  }

  @Test
  void aCommandThatSaysSoHasStartedAndIsEnded() throws Exception {
    Dist.Result result =
        test(
            "image: { cmd: [bash, -c, 'echo ready; trap : USR1; while :; do :; done'"
                + "] }\nchecks: [{ starts: '^ready$' }]\n",
            "jbuild test recipe.yaml; pgrep -f 'trap : [U]SR1' || echo ended");
    assertThat(result.out()).isEqualTo("ok     starts and says ^ready$\nended\n");
  }

  @Test
  void theRestIsCheckedAfterAFailureAndAnImageInsteadOfTheRecipe() throws Exception {
    String checks = "checks: [{ absent: /etc/words }, { run: [id, -un], stdout: '^root$' }]\n";
    Dist.Result result =
        test(
            checks,
            "jbuild rootfs --recipe recipe.yaml && jbuild test --recipe recipe.yaml image.tar");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out().lines())
        .containsExactly("FAILED absent /etc/words: it is there", "ok     run id -un");
  }

  @Test
  void aRecipeWithoutChecksIsNotTested() throws Exception {
    Dist.Result result = test("", "jbuild test recipe.yaml");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("recipe.yaml has no 'checks'");
  }

  @Test
  void whatCannotBeBuiltIsNotTested() throws Exception {
    Dist.Result result =
        test(
            "checks: [{ no-setuid: true }]\nimage: { entrypoint: bash }\n",
            "jbuild test recipe.yaml");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("'entrypoint' of image must be a list, not 'bash'");
  }
}
