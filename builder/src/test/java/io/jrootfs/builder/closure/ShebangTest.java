package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's reading of a first line (fs/binfmt_script.c). */
class ShebangTest {
  private static Optional<Shebang> parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Shebang.parse(Arrays.copyOf(bytes, Math.min(bytes.length, Shebang.MAX_LINE)));
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        Arguments.of("#!/bin/sh\nnext", "/bin/sh", null),
        Arguments.of("#!/bin/sh", "/bin/sh", null),
        Arguments.of("#! \t/bin/sh \t \n", "/bin/sh", null),
        Arguments.of("#!/bin/sh -e  -u \n", "/bin/sh", "-e  -u"),
        Arguments.of("#!/bin/sh\tx\n", "/bin/sh", "x"),
        Arguments.of("#!/bin/sh\0junk\n", "/bin/sh", null),
        Arguments.of("#!/bin/sh\r\n", "/bin/sh\r", null),
        Arguments.of("#!/bin/sh " + "a".repeat(300), "/bin/sh", "a".repeat(245)));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aLineIsOneInterpreterAndAtMostOneArgument(String text, String interpreter, String argument) {
    assertThat(parse(text)).contains(new Shebang(interpreter, Optional.ofNullable(argument)));
  }

  @Test
  void aNameThatMayGoOnBehindTheBufferIsRefused() {
    assertThat(parse("#!" + "a".repeat(254))).isEmpty();
    assertThat(parse("#!" + "a".repeat(253) + "\n")).isPresent();
    assertThat(parse("#!" + "a".repeat(253) + " b")).isPresent();
    assertThat(parse("#!  \n")).isEmpty();
    assertThat(parse("#!")).isEmpty();
  }

  private static Optional<EnvStart> env(String interpreter, @Nullable String argument) {
    return new Shebang(interpreter, Optional.ofNullable(argument)).env("/usr/bin:/bin");
  }

  private static Optional<String> program(String argument) {
    return env("/usr/bin/env", argument)
        .filter(it -> it.obstacle().isEmpty())
        .map(EnvStart::program);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "python3|python3",
        "python3 -u|python3 -u",
        "-S python3 -u|python3",
        "-vS python3|python3",
        "--split-string=python3 x|python3",
        "-S -i -u HOME -C / A=1 B=2 python3|python3",
        "-S -- python3|python3",
        "-S python3 --home=${HOME}|python3",
        "-S 'my prog' x|my prog",
        "-S \"my\\_prog\"|my prog"
      })
  void envStartsTheFirstWordThatIsNoOptionAndNoAssignment(String argument, String program) {
    assertThat(program(argument)).contains(program);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-i|names no program for env to start",
        "A=1|names no program for env to start",
        "-S|names no program for env to start",
        "-S A=1|names no program for env to start",
        "-S ${HOME}/x|has env start ${HOME}/x, and variables are not known before it runs",
        "-S $HOME/x|gives env -S words that it refuses: $HOME/x",
        "-S 'open|gives env -S words that it refuses: 'open",
        "-S my\\ prog|gives env -S words that it refuses: my\\ prog",
        "-S -x prog|gives env an option that it does not have: -x",
        "-S --ign prog|gives env an option that it does not have: --ign",
        "-S --debug=1 prog|gives env an option that it does not have: --debug=1",
        "-S -u A=1 prog|'has env unset the variable ''A=1'', which it refuses'",
        "-S -0 prog|gives env the option --null, with which it starts no program",
        "-S --vers prog|has env tell about itself, with which it starts no program",
      })
  void envMayStartNothingThatCanBeTold(String argument, String obstacle) {
    assertThat(env("/usr/bin/env", argument).orElseThrow().obstacle()).contains(obstacle);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "tool|/usr/bin:/bin|-",
        "-S -i tool|-|-",
        "-S - tool|-|-",
        "-S -uPATH tool|-|-",
        "-S -i PATH=/a tool|/a|-",
        "-S PATH=/a:${PATH} -C|/a:/usr/bin:/bin|-",
        "-S -C /a -C /b tool|/usr/bin:/bin|/b",
      })
  void pathAndDirectoryAreThoseThatEnvLeaves(String argument, String path, String directory) {
    EnvStart start = env("/usr/bin/env", argument).orElseThrow();
    assertThat(start.path()).isEqualTo(Optional.ofNullable(path));
    assertThat(start.directory()).isEqualTo(Optional.ofNullable(directory));
  }

  @Test
  void onlyEnvIsEnv() {
    assertThat(env("/usr/bin/printenv", "x")).isEmpty();
    assertThat(env("/opt/env", "x").map(EnvStart::program)).contains("x");
    assertThat(env("/opt/env", null).flatMap(EnvStart::obstacle))
        .contains("names no program for env to start");
  }
}
