package io.jrootfs.builder.recipe;

import com.google.common.base.Ascii;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Values that are one of a few words. */
final class Words {
  private Words() {}

  /**
   * The constant that {@code key} names in lower case.
   *
   * @throws RecipeException if it names none
   */
  static <E extends Enum<E>> Optional<E> of(Fields fields, String key, E[] constants)
      throws RecipeException {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<E> match =
        Arrays.stream(constants).filter(constant -> word(constant).equals(text.get())).findFirst();
    if (match.isEmpty()) {
      throw Fields.wrongType(
          fields.require(key),
          "'" + key + "'",
          "one of " + Arrays.stream(constants).map(Words::word).collect(Collectors.joining(", ")));
    }
    return match;
  }

  private static String word(Enum<?> constant) {
    return Ascii.toLowerCase(constant.name());
  }
}
