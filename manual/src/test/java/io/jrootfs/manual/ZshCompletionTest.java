package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Completion in a real zsh on a terminal, with its own completion system. */
class ZshCompletionTest extends CompletionTest {
  /**
   * A user's own file. With {@code $LINE}, that is completed as soon as the editor begins, and what
   * zsh's functions add to its list is written down (zshcompwid(1), "compadd").
   */
  private static final String START =
      """
      fpath=(%s $fpath)
      autoload -Uz compinit
      compinit -u -d ~/dump
      told() { printf '<%%s>' "$@" >>told; echo >>told; }
      if [[ -z $LINE ]]; then
        jbuild() { told "$@"; }
        jrun() { told "$@"; }
      fi
      LISTMAX=10000
      compadd() {
        # What fills arrays adds nothing.
        if (( ! ${@[(I)-[ADO]]} )); then
          local -a hits
          local prefix
          (( ${@[(I)-p]} )) && prefix=${@[${@[(I)-p]} + 1]}
          builtin compadd -O hits "$@"
          (( $#hits )) && print -rl -- $IPREFIX$prefix${(Q)^hits} >>~/offered
        fi
        builtin compadd "$@"
      }
      complete-line() {
        [[ -n $LINE ]] || return
        BUFFER=$LINE CURSOR=$#LINE
        print -n >~/offered
        zle list-choices
        exit 0
      }
      zle -N zle-line-init complete-line
      """;

  @BeforeAll
  static void configure() throws Exception {
    Files.writeString(home.resolve(".zshrc"), START.formatted(share.resolve("zsh/site-functions")));
  }

  /** What zsh shows for a line. */
  private static String shown(String line) throws Exception {
    Files.deleteIfExists(home.resolve("offered"));
    return onATerminal(work, "/dev/null", "env LINE=" + ShellQuote.posix(line) + " zsh -i");
  }

  @Override
  List<String> offered(String line) throws Exception {
    String shown = shown(line);
    Path offered = home.resolve("offered");
    assertThat(offered).as(shown).exists();
    return Files.readAllLines(offered).stream()
        .map(CompletionTest::withoutOption)
        // Some of its functions try one way after another.
        .distinct()
        .toList();
  }

  @Override
  String interactive() {
    return "zsh -i";
  }

  @Test
  void wordIsShownWithWhatItIs() throws Exception {
    assertThat(shown("jbuild rootfs --sbo")).contains("spdx or cyclonedx, or both: write");
    assertThat(shown("jrun p")).contains("-- lists the containers that run");
  }
}
