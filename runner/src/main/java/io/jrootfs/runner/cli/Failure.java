package io.jrootfs.runner.cli;

import io.jrootfs.builder.console.FileFailures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * What a user is told of an exception.
 *
 * <p>Three kinds only: checked exceptions are the request's, {@link IOException}s the
 * environment's, unchecked ones ours. The first two mean the same to the caller of a container.
 *
 * @param exitCode the kind
 * @param sentence one sentence, without the command's name
 */
record Failure(ExitCode exitCode, String sentence) {
  static Failure of(Throwable e) {
    if (e instanceof IOException io) {
      return new Failure(ExitCode.NOT_SET_UP, FileFailures.sentence(io));
    }
    if (e instanceof UncheckedIOException unchecked) {
      return new Failure(
          ExitCode.NOT_SET_UP, FileFailures.sentence(Objects.requireNonNull(unchecked.getCause())));
    }
    if (e instanceof RuntimeException || e instanceof Error) {
      return new Failure(
          ExitCode.BUG,
          "this is a defect of jrun, please report it with the following lines: " + e);
    }
    return new Failure(ExitCode.NOT_SET_UP, FileFailures.message(e));
  }
}
