package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a recipe makes of a part it includes: maps merge, lists append, and of two texts the
 * recipe's own counts.
 */
final class RecipeMerge {
  /** A command line is one value that happens to be written as a list. */
  private static final ImmutableSet<String> COMMANDS = ImmutableSet.of("entrypoint", "cmd");

  private RecipeMerge() {}

  /**
   * Merges two maps.
   *
   * @param included what counts less
   * @param own what counts more, and comes later in lists
   * @throws RecipeException if one key is of two kinds
   */
  static Mapping merge(Mapping included, Mapping own) throws RecipeException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Entry entry : included.entries()) {
      entries.put(entry.key().text(), entry);
    }
    for (Entry entry : own.entries()) {
      String key = entry.key().text();
      Entry present = entries.get(key);
      entries.put(
          key,
          present == null || COMMANDS.contains(key)
              ? entry
              : new Entry(entry.key(), merge(key, present.value(), entry.value())));
    }
    return new Mapping(ImmutableList.copyOf(entries.values()), own.mark());
  }

  private static RecipeNode merge(String key, RecipeNode included, RecipeNode own)
      throws RecipeException {
    if (included instanceof Mapping first && own instanceof Mapping second) {
      return merge(first, second);
    }
    if (included instanceof Sequence first && own instanceof Sequence second) {
      return new Sequence(
          ImmutableList.<RecipeNode>builder().addAll(first.items()).addAll(second.items()).build(),
          own.mark());
    }
    if (included instanceof Scalar && own instanceof Scalar) {
      return own;
    }
    throw new RecipeException(
        own.mark(),
        "'"
            + key
            + "' is "
            + own.kind()
            + " here, but "
            + included.kind()
            + " in "
            + included.mark());
  }
}
