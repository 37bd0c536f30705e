package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.closure.NearestNames;
import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.util.Optional;

/** The keys of one map, none of them unknown, and their values by type. */
final class Fields {
  private final Mapping mapping;
  private final String what;

  private Fields(Mapping mapping, String what) {
    this.mapping = mapping;
    this.what = what;
  }

  /**
   * The fields of a map.
   *
   * @param what for messages, such as "contents"
   * @param known the keys it may have
   * @throws RecipeException if it is no map, or has another key
   */
  static Fields of(RecipeNode node, String what, ImmutableList<String> known)
      throws RecipeException {
    Mapping mapping = mapping(node, what);
    for (Entry entry : mapping.entries()) {
      String key = entry.key().text();
      if (!known.contains(key)) {
        String nearest =
            NearestNames.among(known, key).stream()
                .findFirst()
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("; there are " + String.join(", ", known));
        throw new RecipeException(
            entry.key().mark(), "unknown key '" + key + "' in " + what + nearest);
      }
    }
    return new Fields(mapping, what);
  }

  RecipeMark mark() {
    return mapping.mark();
  }

  RecipeException problem(String problem) {
    return new RecipeException(mapping.mark(), what + ": " + problem);
  }

  Optional<RecipeNode> find(String key) {
    return mapping.get(key);
  }

  boolean has(String key) {
    return find(key).isPresent();
  }

  RecipeNode require(String key) throws RecipeException {
    return find(key).orElseThrow(() -> problem("'" + key + "' is missing"));
  }

  Optional<String> text(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    return node.isEmpty() ? Optional.empty() : Optional.of(text(node.get(), name(key)));
  }

  /** {@link #text(String)} of a key that must be there. */
  String requiredText(String key) throws RecipeException {
    return text(require(key), name(key));
  }

  ImmutableList<String> texts(String key) throws RecipeException {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (RecipeNode item : list(key)) {
      texts.add(text(item, "each of " + name(key)));
    }
    return texts.build();
  }

  ImmutableList<RecipeNode> list(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    if (node.isEmpty()) {
      return ImmutableList.of();
    }
    if (node.get() instanceof Sequence sequence) {
      return sequence.items();
    }
    throw wrongType(node.get(), name(key), "a list");
  }

  /** A map of texts. */
  ImmutableMap<String, String> textsByKey(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    ImmutableMap.Builder<String, String> texts = ImmutableMap.builder();
    if (node.isPresent()) {
      for (Entry entry : mapping(node.get(), name(key)).entries()) {
        if (!(entry.value() instanceof Scalar scalar)) {
          throw wrongType(entry.value(), "'" + entry.key().text() + "'", "a text");
        }
        texts.put(entry.key().text(), scalar.text());
      }
    }
    return texts.buildOrThrow();
  }

  boolean flag(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    if (node.isEmpty()) {
      return false;
    }
    String text = text(node.get(), name(key));
    if (!text.equals("true") && !text.equals("false")) {
      throw wrongType(node.get(), name(key), "true or false");
    }
    return text.equals("true");
  }

  Optional<Long> number(String key, long least, long most) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Long number = Longs.tryParse(text(node.get(), name(key)));
    if (number == null || number < least || number > most) {
      throw wrongType(node.get(), name(key), "a number from " + least + " to " + most);
    }
    return Optional.of(number);
  }

  /** Permission bits, written so that nobody takes them for decimal. */
  Optional<Integer> mode(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    String text = text(node.get(), name(key));
    String digits = text.startsWith("0o") ? text.substring(2) : text;
    if (!text.matches("(0o[0-7]{1,4}|0[0-7]{3,4}|[1-7][0-7]{3})")) {
      throw wrongType(
          node.get(), name(key), "a mode of four octal digits, such as \"0644\" or \"1777\"");
    }
    return Optional.of(Integer.parseInt(digits, 8) & 07777);
  }

  /** A place in the image. */
  Optional<RootfsPath> path(String key) throws RecipeException {
    Optional<RecipeNode> node = find(key);
    return node.isEmpty() ? Optional.empty() : Optional.of(path(node.get(), name(key)));
  }

  RootfsPath requiredPath(String key) throws RecipeException {
    return path(require(key), name(key));
  }

  static RootfsPath path(RecipeNode node, String what) throws RecipeException {
    String text = text(node, what);
    try {
      return RootfsPath.of(text);
    } catch (IllegalArgumentException e) {
      throw new RecipeException(node.mark(), what + " is no place in an image: " + e.getMessage());
    }
  }

  private String name(String key) {
    return "'" + key + "' of " + what;
  }

  static Mapping mapping(RecipeNode node, String what) throws RecipeException {
    if (node instanceof Mapping mapping) {
      return mapping;
    }
    throw wrongType(node, what, "a map");
  }

  /** A text that is not empty. */
  static String text(RecipeNode node, String what) throws RecipeException {
    if (node instanceof Scalar scalar && !scalar.text().isEmpty()) {
      return scalar.text();
    }
    throw wrongType(node, what, "a text");
  }

  static RecipeException wrongType(RecipeNode node, String what, String wanted) {
    return new RecipeException(node.mark(), what + " must be " + wanted + ", not " + node.kind());
  }
}
