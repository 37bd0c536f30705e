package io.jrootfs.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What /proc says of a process, which chooses its own name and command line. */
class SeenProcessTest {
  private static final String STATUS =
      """
      Name:\tx
      Uid:\t1000\t1001\t1002\t1003
      Gid:\t2000\t2001\t2002\t2003
      NStgid:\t812\t7
      NSpid:\t812\t7
      NSpgid:\t810\t5
      VmRSS:\t     1544 kB
      Seccomp:\t2
      """;

  private static SeenProcess process(String name, String commandLine) throws IOException {
    return SeenProcess.parse(
        "812 ("
            + name
            + ") S 810 810 800 34816 810 4194560 1 2 3 4 25 50 0 0 20 -5 1 0 4242"
            + " 2560000 386 18446744073709551615 1 1\n",
        STATUS,
        commandLine);
  }

  @Test
  void everyFieldIsWhereItIs() throws IOException {
    SeenProcess process = process("sleep", "sleep\0001000\0");
    assertThat(process.pid()).isEqualTo(812);
    assertThat(process.parent()).isEqualTo(810);
    assertThat(process.pids()).containsExactly(812L, 7L);
    assertThat(process.groups()).containsExactly(810L, 5L);
    assertThat(process.arguments()).containsExactly("sleep", "1000");
    assertThat(process.state()).isEqualTo("S");
    assertThat(process.terminal()).isEqualTo(34_816);
    assertThat(process.ticks()).isEqualTo(75);
    assertThat(process.start()).isEqualTo(4242);
    assertThat(process.nice()).isEqualTo(-5);
    assertThat(process.size()).isEqualTo(2_560_000);
    assertThat(process.resident()).isEqualTo(1544 * 1024);
    assertThat(process.realUid()).isEqualTo(1000);
    assertThat(process.effectiveUid()).isEqualTo(1001);
    assertThat(process.realGid()).isEqualTo(2000);
    assertThat(process.effectiveGid()).isEqualTo(2001);
    assertThat(process.seccomp()).isEqualTo(2);
  }

  @Test
  void nameThatLooksLikeTheRestIsAName() throws IOException {
    SeenProcess process = process("a) Z 1 (b", "");
    assertThat(process.name()).isEqualTo("a) Z 1 (b");
    assertThat(process.state()).isEqualTo("S");
    assertThat(process.parent()).isEqualTo(810);
  }

  @Test
  void argumentsMayBeEmptyMissingOrWithoutAnEnd() throws IOException {
    assertThat(process("x", "a\0\0b\0").arguments()).containsExactly("a", "", "b");
    assertThat(process("x", "").arguments()).isEmpty();
    assertThat(process("x", "title of its own").arguments()).containsExactly("title of its own");
  }

  @Test
  void whatIsNoProcessIsAnError() {
    assertThatThrownBy(() -> SeenProcess.parse("812 (x) S", STATUS, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be understood: 812 (x) S");
  }
}
