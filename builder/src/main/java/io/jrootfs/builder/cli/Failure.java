package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.NearestNames;
import io.jrootfs.builder.console.FileFailures;
import io.jrootfs.builder.rootfs.RefusedAttributeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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
      return new Failure(ExitCode.ENVIRONMENT, sentence(io));
    }
    if (e instanceof UncheckedIOException && e.getCause() instanceof IOException io) {
      return new Failure(ExitCode.ENVIRONMENT, sentence(io));
    }
    if (e instanceof RuntimeException) {
      return new Failure(
          ExitCode.BUG,
          "this is a defect of jbuild, please report it with the following lines: " + e);
    }
    return new Failure(ExitCode.REQUEST, FileFailures.message(e));
  }

  private static String sentence(IOException e) {
    String sentence = FileFailures.sentence(e);
    return e instanceof NoSuchFileException missing && missing.getReason() == null
        ? sentence + similar(missing.getFile())
        : sentence;
  }

  /** What is there and was probably meant; empty if nothing is. */
  private static String similar(String file) {
    try {
      ImmutableList<String> names = NearestNames.ofFile(Path.of(file));
      return names.isEmpty() ? "" : "; did you mean " + String.join(" or ", names) + "?";
    } catch (IOException e) {
      return ""; // who cannot look around has no suggestion, and his failure is told
    }
  }
}
