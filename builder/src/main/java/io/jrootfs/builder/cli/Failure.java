package io.jrootfs.builder.cli;

import io.jrootfs.builder.console.FileFailures;
import io.jrootfs.builder.rootfs.RefusedAttributeException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a user is told of an exception.
 *
 * <p>Three kinds only: checked exceptions are the request's, {@link IOException}s the
 * environment's, unchecked ones ours.
 *
 * @param exitCode the kind
 * @param sentence one sentence, without the command's name
 */
record Failure(ExitCode exitCode, String sentence) {
  static Failure of(Exception e) {
    if (e instanceof RefusedAttributeException) {
      return new Failure(ExitCode.REQUEST, FileFailures.message(e));
    }
    if (e instanceof IOException io) {
      return new Failure(ExitCode.ENVIRONMENT, FileFailures.sentence(io));
    }
    if (e instanceof UncheckedIOException && e.getCause() instanceof IOException io) {
      return new Failure(ExitCode.ENVIRONMENT, FileFailures.sentence(io));
    }
    if (e instanceof RuntimeException) {
      return new Failure(
          ExitCode.BUG,
          "this is a defect of jbuild, please report it with the following lines: " + e);
    }
    return new Failure(ExitCode.REQUEST, FileFailures.message(e));
  }
}
