package io.jrootfs.runner.argument;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.NearestNames;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * The words that are known at some place, and which of them somebody meant.
 *
 * @param words in the order in which they are told
 */
public record KnownWords(ImmutableList<String> words) {
  public static KnownWords of(String... words) {
    return new KnownWords(ImmutableList.copyOf(words));
  }

  public boolean contains(String word) {
    return words.contains(word);
  }

  /** What is said of an unknown word: the nearest known one, or all if none is near. */
  public String hint(String unknown) {
    return nearest(unknown)
        .map(word -> "did you mean '" + word + "'?")
        .orElse("there are " + String.join(", ", words));
  }

  /** The same as what is wrong with a value. */
  public String problem(String unknown) {
    return "is unknown; " + hint(unknown);
  }

  /** The known word that differs in the fewest letters, if those are less than half of it. */
  public Optional<String> nearest(String unknown) {
    return words.stream()
        .filter(word -> 2 * distance(unknown, word) < word.length())
        .min(Comparator.comparingInt(word -> distance(unknown, word)));
  }

  /** Whatever is a capital letter; names can be long, and what is much longer is not near. */
  private static int distance(String unknown, String word) {
    int atLeast = Math.abs(unknown.length() - word.length());
    return 2 * atLeast >= word.length()
        ? atLeast
        : NearestNames.distance(unknown.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
  }
}
