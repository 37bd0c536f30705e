package io.jrootfs.builder.recipe;

import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;

/** Prints a merged recipe. A value that is not from the recipe itself is followed by its origin. */
final class RecipeText {
  /** What other readers of YAML may take for something else than a text is quoted, too. */
  private static final String PLAIN = "(?!(null|yes|no|on|off)$)[A-Za-z0-9_/.][A-Za-z0-9_/.@%+=-]*";

  private final StringBuilder text = new StringBuilder();
  private final String file;

  private RecipeText(String file) {
    this.file = file;
  }

  static String of(Mapping recipe, String file) {
    RecipeText printer = new RecipeText(file);
    printer.mapping(recipe, 0);
    return printer.text.toString();
  }

  /** Expects to be where the first key goes. */
  private void mapping(Mapping mapping, int indent) {
    boolean first = true;
    for (Entry entry : mapping.entries()) {
      if (!first) {
        text.append(" ".repeat(indent));
      }
      first = false;
      text.append(scalar(entry.key().text())).append(':');
      value(entry.value(), indent);
    }
  }

  private void value(RecipeNode node, int indent) {
    if (node instanceof Scalar scalar) {
      text.append(' ').append(scalar(Variables.escaped(scalar.text()))).append(origin(scalar));
    } else if (node instanceof Sequence sequence) {
      if (sequence.items().isEmpty()) {
        text.append(" []").append(origin(node));
        return;
      }
      text.append('\n');
      for (RecipeNode item : sequence.items()) {
        text.append(" ".repeat(indent + 2)).append('-');
        item(item, indent + 4);
      }
    } else if (((Mapping) node).entries().isEmpty()) {
      text.append(" {}").append(origin(node));
    } else {
      text.append('\n').append(" ".repeat(indent + 2));
      mapping((Mapping) node, indent + 2);
    }
  }

  private void item(RecipeNode item, int indent) {
    if (item instanceof Mapping mapping && !mapping.entries().isEmpty()) {
      text.append(' ');
      mapping(mapping, indent);
    } else {
      value(item, indent);
    }
  }

  private String origin(RecipeNode node) {
    RecipeMark mark = node.mark();
    return mark.file().equals(file) ? "\n" : "  # " + mark.file() + ":" + mark.line() + "\n";
  }

  /** Quoted unless it is as safe as a name. */
  static String scalar(String value) {
    if (value.matches(PLAIN)) {
      return value;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' '
              || c == 0x7f
              || (c >= 0x80 && c < 0xa0)
              || c == '\u2028'
              || c == '\u2029'
              || c == '\ufeff') {
            quoted.append(String.format("\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
