package io.jrootfs.runner.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.text.Printable;
import io.jrootfs.runner.argument.KnownWords;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --format} asks for: text with fields in it, such as <code>{{.Names}}</code>.
 *
 * <p>Of the templates of Go's text/template, which podman and docker have, these are the ones that
 * people type: fields and text. {@code \t} and {@code \n} are a tabulator and a new line, as there.
 *
 * @param cells the text between tabulators, each in parts
 */
record FormatTemplate<T>(ImmutableList<ImmutableList<Part<T>>> cells) {
  static final String OPTION = "--format";

  private static final Pattern ACTION = Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("\\s*(\\.\\w+(?:\\.\\w+)*)\\s*");
  private static final Splitter TABULATOR = Splitter.on('\t');

  /**
   * Text as it is, or a field.
   *
   * @param text of the former
   */
  private record Part<T>(String text, Optional<Field<T>> field) {}

  /**
   * Reads a template.
   *
   * @param fields by name, without the full stop that begins it
   * @throws UsageException if it is none, has a field that there is not, or more than fields
   */
  static <T> FormatTemplate<T> parse(String text, ImmutableMap<String, Field<T>> fields)
      throws UsageException {
    String spelled = text.replace("\\t", "\t").replace("\\n", "\n");
    ImmutableList.Builder<ImmutableList<Part<T>>> cells = ImmutableList.builder();
    for (String cell : TABULATOR.split(spelled)) {
      cells.add(cell(cell, text, fields));
    }
    FormatTemplate<T> template = new FormatTemplate<>(cells.build());
    if (!template.namesAField()) {
      throw new UsageException(
          OPTION + " '" + text + "': names no field, as {{.NAME}} does; " + known(fields));
    }
    return template;
  }

  private boolean namesAField() {
    for (ImmutableList<Part<T>> cell : cells) {
      for (Part<T> part : cell) {
        if (part.field.isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private static <T> ImmutableList<Part<T>> cell(
      String cell, String whole, ImmutableMap<String, Field<T>> fields) throws UsageException {
    ImmutableList.Builder<Part<T>> parts = ImmutableList.builder();
    Matcher action = ACTION.matcher(cell);
    int end = 0;
    while (action.find()) {
      parts.add(text(cell.substring(end, action.start()), whole));
      parts.add(new Part<>("", Optional.of(field(action.group(1), whole, fields))));
      end = action.end();
    }
    return parts.add(text(cell.substring(end), whole)).build();
  }

  private static <T> Part<T> text(String text, String whole) throws UsageException {
    if (text.contains("{{")) {
      throw new UsageException(OPTION + " '" + whole + "': a '{{' has no '}}' behind it");
    }
    return new Part<>(text, Optional.empty());
  }

  private static <T> Field<T> field(
      String action, String whole, ImmutableMap<String, Field<T>> fields) throws UsageException {
    Matcher matcher = FIELD.matcher(action);
    if (!matcher.matches()) {
      throw new UsageException(
          OPTION
              + " '"
              + whole
              + "': '{{"
              + action
              + "}}' is more than a field; here are fields alone, as in {{.NAME}}, and '--format"
              + " json' tells everything to a program such as jq");
    }
    String name = matcher.group(1).substring(1);
    Field<T> field = fields.get(name);
    if (field == null) {
      String nearest =
          new KnownWords(fields.keySet().asList())
              .nearest(name)
              .map(near -> ", but ." + near)
              .orElse("");
      throw new UsageException(
          OPTION + " '" + whole + "': there is no field ." + name + nearest + "; " + known(fields));
    }
    return field;
  }

  private static <T> String known(ImmutableMap<String, Field<T>> fields) {
    return "the fields are ." + String.join(", .", fields.keySet());
  }

  /** Each cell of something. */
  ImmutableList<String> row(T value) throws IOException {
    ImmutableList.Builder<String> row = ImmutableList.builder();
    for (ImmutableList<Part<T>> cell : cells) {
      StringBuilder text = new StringBuilder();
      for (Part<T> part : cell) {
        // A value stays in its line; what the template itself has is the user's own.
        text.append(
            part.field.isEmpty() ? part.text : Printable.of(part.field.get().reader().of(value)));
      }
      row.add(text.toString());
    }
    return row.build();
  }

  /** The whole of something. */
  String text(T value) throws IOException {
    return String.join("\t", row(value));
  }

  /** Each cell with the headings of its fields instead of values. */
  ImmutableList<String> headings() {
    ImmutableList.Builder<String> headings = ImmutableList.builder();
    for (ImmutableList<Part<T>> cell : cells) {
      headings.add(heading(cell));
    }
    return headings.build();
  }

  private static <T> String heading(ImmutableList<Part<T>> cell) {
    StringBuilder text = new StringBuilder();
    for (Part<T> part : cell) {
      text.append(part.field.isPresent() ? part.field.get().heading() : part.text);
    }
    return text.toString();
  }
}
