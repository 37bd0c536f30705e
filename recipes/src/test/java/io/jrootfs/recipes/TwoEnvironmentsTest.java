package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same image wherever it is made: directory, user, umask, time zone, locale, the order in which
 * directories list their files, the number of processors and the Java are others each time.
 */
class TwoEnvironmentsTest {
  /** The same files, made in opposite orders, in two trees. */
  private static final String TREES =
      """
      chmod 755 .
      make() {
        mkdir -p "$1"
        while read -r name; do
          echo "of $name" >"$1/$name"; touch -d @1000000000 "$1/$name"; chmod 644 "$1/$name"
        done
        ln -s Zürich "$1/link"; touch -h -d @1000000000 "$1/link" "$1"; chmod 755 "$1"
      }
      names=$(seq -f 'file-%g' 300; printf '%s\\n' a B ä Z Zürich .hidden 'with blank')
      echo "$names" | make one/tree
      echo "$names" | tac | make two/tree
      build() { jbuild rootfs -q --add bash,ls --copy tree:/srv $options "$@"; }
      """;

  @TempDir Path work;

  private Dist.Result succeeds(String script) throws Exception {
    Dist.Result result = Dist.installedIn(work).shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--compress none",
        "--compress gzip",
        "--compress zstd",
        "--format rootfs",
        "--layers origin --sbom spdx,cyclonedx",
      })
  void theSameBytesAreMadeInTwoEnvironments(String options) throws Exception {
    succeeds(
        "options='"
            + options
            + "'\n"
            + TREES
            + """
            (cd one; umask 022; export TZ=UTC LC_ALL=C; build -o image.tar)
            install -d -o 54321 two/out
            (cd two; umask 077; export TZ=Pacific/Auckland LC_ALL=tr_TR.UTF-8 HOME=/nowhere TMPDIR=$PWD/out
             setpriv --reuid=54321 --regid=54321 --clear-groups taskset -c 0 \\
               jbuild rootfs -q --add bash,ls --copy tree:/srv $options -o out/image.tar)
            for made in one/image*; do cmp "$made" two/out/"${made#one/}"; done
            """);
  }

  @Test
  void everyJavaOfThisMachineMakesTheSameBytes() throws Exception {
    Dist.Result result =
        succeeds(
            TREES
                + """
                cd one
                for release in /usr/lib/jvm/*/release; do
                  for options in '--compress none' '--compress gzip' '--compress zstd'; do
                    JBUILD_JAVA=${release%/release} build -o image.tar
                    sha256sum <image.tar | sed "s/-/$options/" >>sums
                  done
                done
                sort -u sums | wc -l
                """);
    assertThat(result.out()).isEqualTo("3\n");
  }
}
