package io.jrootfs.builder.feature;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.NearestNames;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One feature somebody asked for.
 *
 * @param feature which
 * @param argument narrows it down, as the zone in {@code tzdata:Europe/Berlin}
 */
public record FeatureRequest(Feature feature, Optional<String> argument) {

  /** A feature nobody knows, or one with an argument it does not take. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
      super(message);
    }
  }

  /**
   * Reads {@code WORD[:ARGUMENT]}.
   *
   * @throws InvalidException if there is no such feature
   */
  public static FeatureRequest parse(String text) throws InvalidException {
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    Feature feature =
        Arrays.stream(Feature.values())
            .filter(candidate -> candidate.word().equals(word))
            .findFirst()
            .orElseThrow(() -> unknown(word));
    if (colon < 0) {
      return new FeatureRequest(feature, Optional.empty());
    }
    String argument = text.substring(colon + 1);
    if (feature.argument().isEmpty()) {
      throw new InvalidException(
          "feature '" + word + "' takes no argument, but is given '" + argument + "'");
    }
    if (argument.isEmpty() || !isPlain(argument)) {
      throw new InvalidException(
          "feature '" + text + "' is malformed; it is " + word + "[:" + feature.argument() + "]");
    }
    return new FeatureRequest(feature, Optional.of(argument));
  }

  /** Arguments become parts of paths. */
  private static boolean isPlain(String argument) {
    return !argument.startsWith("/")
        && argument.indexOf('\0') < 0
        && Arrays.stream(argument.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private static InvalidException unknown(String word) {
    ImmutableList<String> words =
        Arrays.stream(Feature.values()).map(Feature::word).collect(ImmutableList.toImmutableList());
    String nearest =
        NearestNames.among(words, word).stream()
            .findFirst()
            .map(name -> "; did you mean '" + name + "'?")
            .orElse("; there are " + words.stream().collect(Collectors.joining(", ")));
    return new InvalidException("unknown feature '" + word + "'" + nearest);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return feature.word() + argument.map(text -> ":" + text).orElse("");
  }
}
