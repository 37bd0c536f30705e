package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.closure.NearestNames;
import io.jrootfs.runner.argument.KnownWords;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What somebody may have meant whose word for an image is the name of no file. */
final class MissingImage {
  /** Words that are commands elsewhere. */
  private static final ImmutableMap<String, String> ELSEWHERE =
      ImmutableMap.<String, String>builder()
          .put("run", "an image is run without a word before it: 'jrun IMAGE [COMMAND...]'")
          .put("create", "an image is run, not created: 'jrun -d --name NAME IMAGE'")
          .put("start", "what has ended is not started again; run its image anew")
          .put("restart", "what has ended is not started again; run its image anew")
          .put("images", "images are files; 'jrun cache' lists those that were unpacked")
          .put("pull", "'jbuild pull REF -o FILE' fetches an image from a registry")
          .put("build", "'jbuild rootfs' builds images")
          .put("version", "see 'jrun --version'")
          .put("help", "see 'jrun --help'")
          .buildOrThrow();

  /** How an image in a registry is called, and a file hardly ever. */
  private static final Pattern REFERENCE =
      Pattern.compile("[a-z0-9][a-z0-9._-]*(:[0-9]+)?(/[a-z0-9._-]+)*([:@][A-Za-z0-9._:-]+)?");

  private MissingImage() {}

  /**
   * The failure with what may help, if it is the image that is missing.
   *
   * @param word the image as it was named
   */
  static NoSuchFileException explained(NoSuchFileException failure, String word) {
    Optional<String> hint = word.equals(failure.getFile()) ? hint(word) : Optional.empty();
    if (hint.isEmpty()) {
      return failure;
    }
    NoSuchFileException explained =
        new NoSuchFileException(word, null, "no such file or directory; " + hint.get());
    explained.initCause(failure);
    return explained;
  }

  private static Optional<String> similar(String word) {
    try {
      ImmutableList<String> files = NearestNames.ofFile(Path.of(word));
      return files.isEmpty()
          ? Optional.empty()
          : Optional.of("did you mean " + String.join(" or ", files) + "?");
    } catch (IOException e) {
      return Optional.empty(); // who cannot look around has no suggestion, and his failure is told
    }
  }

  private static Optional<String> hint(String word) {
    String elsewhere = ELSEWHERE.get(word);
    if (elsewhere != null) {
      return Optional.of(elsewhere);
    }
    Optional<String> command = new KnownWords(Commands.names()).nearest(word);
    if (command.isPresent()) {
      return Optional.of("did you mean the command '" + command.get() + "'? See 'jrun --help'");
    }
    Optional<String> file = similar(word);
    if (file.isPresent()) {
      return file;
    }
    return REFERENCE.matcher(word).matches() && !word.contains(".tar")
        ? Optional.of(
            "if that is an image in a registry, fetch it first: 'jbuild pull "
                + word
                + " -o image.tar'")
        : Optional.empty();
  }
}
