package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/** One value of a recipe, and where it is written. */
sealed interface RecipeNode {
  RecipeMark mark();

  /** For messages: "a text", "a list", "a map". */
  String kind();

  /**
   * A value without structure.
   *
   * @param text as written; what type it is depends on the key alone, so {@code 22.10} stays that
   */
  record Scalar(String text, RecipeMark mark) implements RecipeNode {
    @Override
    public String kind() {
      return text.isEmpty() ? "nothing" : "'" + text + "'";
    }
  }

  /** A list. */
  record Sequence(ImmutableList<RecipeNode> items, RecipeMark mark) implements RecipeNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A map.
   *
   * @param entries in the order they are written; no two have the same key
   */
  record Mapping(ImmutableList<Entry> entries, RecipeMark mark) implements RecipeNode {
    Optional<RecipeNode> get(String key) {
      return entries.stream()
          .filter(entry -> entry.key().text().equals(key))
          .map(Entry::value)
          .findFirst();
    }

    @Override
    public String kind() {
      return "a map";
    }
  }

  /** One key of a map with its value. */
  record Entry(Scalar key, RecipeNode value) {}
}
