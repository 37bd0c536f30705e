package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ascii;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manual pages and completions are where their readers look below the assembled directory. */
class ManualTest {
  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void install() throws Exception {
    dist = Dist.installedIn(work);
  }

  private String shell(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void thePagesAreInTheDirectoryOfTheirSection() throws Exception {
    for (String page : List.of("jbuild", "jbuild-rootfs", "jbuild-load", "jrun", "jrun-ps")) {
      assertThat(shell("mandoc -T utf8 moved/share/man/man1/" + page + ".1").lines().findFirst())
          .hasValueSatisfying(
              title -> assertThat(title).startsWith(Ascii.toUpperCase(page) + "(1)"));
    }
  }

  @Test
  void completionsAreInTheDirectoriesOfTheirShells() throws Exception {
    assertThat(
            shell(
                "cd moved/share && find bash-completion zsh fish -type f | LC_ALL=C sort; "
                    + "bash -c '. bash-completion/completions/jrun && complete -p jrun'"))
        .isEqualTo(
            """
            bash-completion/completions/jbuild
            bash-completion/completions/jrun
            fish/vendor_completions.d/jbuild.fish
            fish/vendor_completions.d/jrun.fish
            zsh/site-functions/_jbuild
            zsh/site-functions/_jrun
            complete -F _jrun jrun
            """);
  }

  @Test
  void bashOffersTheContainersThatThereAre() throws Exception {
    String offered =
        shell(
            """
            export JRUN_STATE_DIR=$PWD/state
            jbuild rootfs --add sleep -q
            jrun -d --name web image.tar sleep 1000 >id
            jrun -d --name base image.tar sleep 1000 >>id
            bash -c '
              . moved/share/bash-completion/completions/jrun
              COMP_LINE="jrun stop w" COMP_WORDS=(jrun stop w) COMP_CWORD=2 COMP_POINT=11
              _jrun jrun w stop
              echo "${COMPREPLY[@]}"
            '
            jrun rm -f web base >id
            """);
    assertThat(offered).isEqualTo("web\n");
  }
}
