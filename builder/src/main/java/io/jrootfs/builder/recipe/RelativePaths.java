package io.jrootfs.builder.recipe;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;

/** Paths that stay beside the recipe: whoever gets a recipe knows what it can read. */
final class RelativePaths {
  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private RelativePaths() {}

  /**
   * The text of {@code node}, without what means nothing in it: {@code ./app} is {@code app}.
   *
   * @throws RecipeException if it leads elsewhere than below the recipe's directory
   */
  static String check(RecipeNode node, String what) throws RecipeException {
    String path = Fields.text(node, what);
    if (path.startsWith("/")) {
      throw new RecipeException(node.mark(), what + " is named relative to the recipe: " + path);
    }
    List<String> components = new ArrayList<>();
    for (String component : COMPONENTS.split(path)) {
      if (component.equals("..")) {
        throw new RecipeException(
            node.mark(), what + " must be below the recipe's directory, without '..': " + path);
      }
      if (!component.equals(".")) {
        components.add(component);
      }
    }
    return String.join("/", components);
  }
}
