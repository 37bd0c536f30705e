package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.closure.NearestNames;
import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values of {@code vars}, and what becomes of texts that refer to them: <code>${NAME}</code> is
 * replaced, and <code>$${</code> stands for <code>${</code>. A dollar sign that no brace follows
 * means itself.
 */
final class Variables {
  private static final String BEGIN = "${";
  private static final String ESCAPED = "$${";

  private final ImmutableMap<String, String> values;

  private Variables(ImmutableMap<String, String> values) {
    this.values = values;
  }

  /**
   * The variables of a recipe.
   *
   * @param file for messages
   * @param settings values that win over the recipe's, by name
   * @throws RecipeException if a variable is no text, or set but not in the recipe
   */
  static Variables of(String file, Mapping recipe, Map<String, String> settings)
      throws RecipeException {
    Map<String, String> values = new LinkedHashMap<>();
    RecipeNode vars = recipe.get("vars").orElse(null);
    if (vars != null) {
      for (Entry entry : Fields.mapping(vars, "vars").entries()) {
        String value = Fields.text(entry.value(), "variable '" + entry.key().text() + "'");
        if (value.contains(BEGIN)) {
          throw new RecipeException(
              entry.value().mark(), "a variable does not refer to others; write out its value");
        }
        values.put(entry.key().text(), value);
      }
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      if (!values.containsKey(setting.getKey())) {
        throw new RecipeException(
            file, "has no variable to set" + nearest(values.keySet(), setting.getKey()));
      }
      values.put(setting.getKey(), setting.getValue());
    }
    return new Variables(ImmutableMap.copyOf(values));
  }

  private static String nearest(Iterable<String> names, String name) {
    String problem = " that is called '" + name + "'";
    ImmutableList<String> known = ImmutableList.copyOf(names);
    return problem
        + NearestNames.among(known, name).stream()
            .findFirst()
            .map(near -> "; did you mean '" + near + "'?")
            .orElse(known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", known));
  }

  /**
   * The same value with variables replaced; keys are taken as they are.
   *
   * @throws RecipeException if a variable is not defined
   */
  RecipeNode applyTo(RecipeNode node) throws RecipeException {
    if (node instanceof Scalar scalar) {
      return new Scalar(replaced(scalar), scalar.mark());
    }
    if (node instanceof Sequence sequence) {
      ImmutableList.Builder<RecipeNode> items = ImmutableList.builder();
      for (RecipeNode item : sequence.items()) {
        items.add(applyTo(item));
      }
      return new Sequence(items.build(), sequence.mark());
    }
    Mapping mapping = (Mapping) node;
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    for (Entry entry : mapping.entries()) {
      entries.add(new Entry(entry.key(), applyTo(entry.value())));
    }
    return new Mapping(entries.build(), mapping.mark());
  }

  private String replaced(Scalar scalar) throws RecipeException {
    String text = scalar.text();
    StringBuilder result = new StringBuilder();
    int at = 0;
    for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, at)) {
      if (begin > at && text.startsWith(ESCAPED, begin - 1)) {
        result.append(text, at, begin - 1).append(BEGIN);
        at = begin + BEGIN.length();
        continue;
      }
      int end = text.indexOf('}', begin);
      if (end < 0) {
        throw new RecipeException(
            scalar.mark(), "'${' without '}'; '$${' is how to write '${' itself");
      }
      String name = text.substring(begin + BEGIN.length(), end);
      String value = values.get(name);
      if (value == null) {
        throw new RecipeException(
            scalar.mark(), "there is no variable" + nearest(values.keySet(), name));
      }
      result.append(text, at, begin).append(value);
      at = end + 1;
    }
    return result.append(text.substring(at)).toString();
  }

  /** The text that {@link #applyTo} turns into {@code text}. */
  static String escaped(String text) {
    return text.replace(BEGIN, ESCAPED);
  }
}
