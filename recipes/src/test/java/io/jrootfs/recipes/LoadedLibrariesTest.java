package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that are to start fast load no library that they have no use for. */
class LoadedLibrariesTest {
  /** {@code use} tells which of the libraries are in what {@code loaded} says. */
  private static final String USE =
      """
      use() {
        grep -q ' io.jrootfs.' loaded
        for library in jnr com.kenai.jffi com.google.cloud.tools.jib com.google.api org.apache.http \\
          org.snakeyaml com.github.luben org.tukaani; do
          if grep -q " $library[.]" loaded; then echo "$library"; fi
        done
      }
      """;

  @TempDir Path work;

  private String used(String script) throws Exception {
    Dist.Result result =
        Dist.installedIn(work)
            .shell(
                work,
                "real="
                    + System.getProperty("java.home")
                    + "\n"
                    + LoggedJava.SCRIPT
                    + USE
                    + script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void anImageIsRunWithoutThem() throws Exception {
    assertThat(
            used(
                """
                jbuild rootfs -q --add true -o image.tar --compress none
                jrun --no-replay image.tar true
                jrun --no-replay image.tar true && use
                """))
        .isEmpty();
  }

  @Test
  void aClosureIsResolvedWithoutThem() throws Exception {
    assertThat(used("jbuild closure true >closure && use")).isEmpty();
  }

  /** That they would be seen. */
  @Test
  void whereTheyAreOfUseTheyAreLoaded() throws Exception {
    assertThat(
            used(
                """
                printf 'recipe: 1\\nname: x/x\\ncontents: { binaries: ["true"] }\\n' >x.yaml
                jbuild rootfs -q --recipe x.yaml -o x.tar --compress zstd && use
                """))
        .contains("org.snakeyaml\n", "com.github.luben\n");
  }
}
