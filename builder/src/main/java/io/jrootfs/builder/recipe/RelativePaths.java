package io.jrootfs.builder.recipe;

import com.google.common.base.Splitter;

/** Paths that stay beside the recipe: whoever gets a recipe knows what it can read. */
final class RelativePaths {
  private RelativePaths() {}

  /**
   * The text of {@code node}.
   *
   * @throws RecipeException if it leads elsewhere than below the recipe's directory
   */
  static String check(RecipeNode node, String what) throws RecipeException {
    String path = Fields.text(node, what);
    if (path.startsWith("/")) {
      throw new RecipeException(node.mark(), what + " is named relative to the recipe: " + path);
    }
    for (String component : Splitter.on('/').split(path)) {
      if (component.equals("..")) {
        throw new RecipeException(
            node.mark(), what + " must be below the recipe's directory, without '..': " + path);
      }
    }
    return path;
  }
}
