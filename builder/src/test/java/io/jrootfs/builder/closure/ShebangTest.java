package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
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
        "-S 'my prog' x|my prog",
        "-S my\\ prog|my prog"
      })
  void envStartsTheFirstWordThatIsNoOptionAndNoAssignment(String argument, String program) {
    assertThat(new Shebang("/usr/bin/env", Optional.of(argument)).programOfEnv()).contains(program);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"-i", "A=1", "-S", "-S ${HOME}/x", "-S 'open", "-S A=1"})
  void envMayStartNothingThatCanBeTold(String argument) {
    assertThat(new Shebang("/usr/bin/env", Optional.of(argument)).programOfEnv()).isEmpty();
  }

  @Test
  void onlyEnvIsEnv() {
    assertThat(new Shebang("/usr/bin/printenv", Optional.of("x")).programOfEnv()).isEmpty();
    assertThat(new Shebang("/opt/env", Optional.of("x")).programOfEnv()).contains("x");
    assertThat(new Shebang("/opt/env", Optional.empty()).programOfEnv()).isEmpty();
  }
}
