package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.leak.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers in the foreground whose user's terminal is no more. */
@ExtendWith(LeakCheck.class)
class LostTerminalTest extends LiveTest {

  /** The kernel tells only the leader of the terminal's session, which jrun is here. */
  private Path loseTerminalOfLeader(String script, String... options) throws Exception {
    Path status = Files.createTempFile(work, "status", "");
    String jrun = words(script, options);
    try (TypedTerminal terminal =
        new TypedTerminal(work, "setsid --ctty --wait " + jrun + "; echo $? >" + status)) {
      terminal.expect("up\n");
      terminal.lose();
      LivingContainers.await("jrun has ended", () -> Files.size(status) > 0);
    }
    return status;
  }

  private String words(String script, String... options) throws Exception {
    String[] arguments = new String[options.length + 5];
    System.arraycopy(options, 0, arguments, 1, options.length);
    arguments[0] = "-t";
    arguments[options.length + 1] = image.toString();
    arguments[options.length + 2] = "sh";
    arguments[options.length + 3] = "-c";
    arguments[options.length + 4] = script;
    return containers.words(Caller.ROOT, arguments);
  }

  @ParameterizedTest
  @CsvSource({"--detach-keys=", "'--detach-keys=ctrl-p,ctrl-q'"})
  void containerEndsByItsHangup(String option) throws Exception {
    assertThat(loseTerminalOfLeader("echo up; sleep 1000", option)).hasContent("129");
    assertThat(output(Caller.ROOT, "ps", "-aq")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--detach-keys=", "--detach-keys=ctrl-p,ctrl-q"})
  void containerThatIgnoresItGoesOnToItsEnd(String option) throws Exception {
    Path heard = Files.createFile(Files.createTempDirectory(work, "shared").resolve("heard"));
    String script =
        "trap '' HUP; echo up; read x; echo read $? >/d/heard; echo lost; echo wrote $?"
            + " >>/d/heard; exit 4";
    assertThat(loseTerminalOfLeader(script, option, "-v", heard.getParent() + ":/d"))
        .hasContent("4");
    assertThat(heard).hasContent("read 1\nwrote 0");
  }

  @Test
  void endOfTheShellAboveEndsIt() throws Exception {
    try (TypedTerminal terminal = new TypedTerminal(work, words("echo up; sleep 1000") + "; :")) {
      terminal.expect("up\n");
      terminal.lose();
      LivingContainers.await("it is gone", () -> output(Caller.ROOT, "ps", "-aq").isEmpty());
    }
  }
}
