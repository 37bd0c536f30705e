package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  static Stream<Arguments> environment() {
    return Stream.of(
        arguments(new NoSuchFileException("/x"), "/x: no such file or directory"),
        arguments(new AccessDeniedException("/x"), "/x: permission denied"),
        arguments(new FileSystemException("/x", null, "No space left"), "/x: No space left"),
        arguments(new IOException("damaged"), "damaged"),
        arguments(
            new UncheckedIOException(new AccessDeniedException("/x")), "/x: permission denied"));
  }

  @ParameterizedTest
  @MethodSource("environment")
  void environmentsFailureIsOneSentenceThatNamesTheFile(Exception failure, String sentence) {
    assertThat(Failure.of(failure)).isEqualTo(new Failure(ExitCode.NOT_SET_UP, sentence));
  }

  static Stream<Throwable> ours() {
    return Stream.of(
        new IllegalStateException("x"), new StackOverflowError(), new OutOfMemoryError("heap"));
  }

  @ParameterizedTest
  @MethodSource("ours")
  void whatMustNotHappenIsADefectAndAsksForAReport(Throwable failure) {
    assertThat(Failure.of(failure).exitCode()).isEqualTo(ExitCode.BUG);
    assertThat(Failure.of(failure).sentence()).contains("report").endsWith(failure.toString());
  }
}
