package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) as far as records have them: of single values, lists of those, and
 * objects of those.
 *
 * <p>{@code jrun ps} reads one for each container in a JVM that has just started. There Jackson,
 * which has written them, is half of its time: most of what it reads is strings without an escape,
 * which the JDK finds the end of by itself.
 */
final class JsonFields {
  private final String json;
  private final boolean hasEscapes;
  private int at;

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, ImmutableList<String>> lists = new LinkedHashMap<>();
  private final Map<String, ImmutableSortedMap<String, String>> objects = new LinkedHashMap<>();

  private JsonFields(String json) {
    this.json = json;
    this.hasEscapes = json.indexOf('\\') >= 0;
  }

  /**
   * Reads one.
   *
   * @throws IOException if it is none
   */
  static JsonFields parse(byte[] bytes) throws IOException {
    JsonFields fields = new JsonFields(new String(bytes, StandardCharsets.UTF_8));
    fields.read();
    return fields;
  }

  /** The names of all lists, as they come. */
  Iterable<String> lists() {
    return lists.keySet();
  }

  /**
   * A single value.
   *
   * @throws IOException if there is none of this name
   */
  String text(String field) throws IOException {
    return found(texts.get(field), field);
  }

  /**
   * A number.
   *
   * @throws IOException if there is none of this name
   * @throws NumberFormatException if it is none
   */
  long number(String field) throws IOException {
    return Long.parseLong(text(field));
  }

  /**
   * A list of single values.
   *
   * @throws IOException if there is none of this name
   */
  ImmutableList<String> list(String field) throws IOException {
    return found(lists.get(field), field);
  }

  /**
   * An object of single values.
   *
   * @throws IOException if there is none of this name
   */
  ImmutableSortedMap<String, String> object(String field) throws IOException {
    return found(objects.get(field), field);
  }

  private static <T> T found(@Nullable T value, String field) throws IOException {
    if (value == null) {
      throw new IOException("has no '" + field + "'");
    }
    return value;
  }

  private void read() throws IOException {
    expect('{');
    for (char next = next(); next != '}'; next = separator('}')) {
      String field = name(next);
      switch (next()) {
        case '[' -> lists.put(field, list());
        case '{' -> objects.put(field, object());
        default -> texts.put(field, value());
      }
    }
  }

  private ImmutableList<String> list() throws IOException {
    ImmutableList.Builder<String> list = ImmutableList.builder();
    for (char next = next(); next != ']'; next = separator(']')) {
      list.add(value());
    }
    return list.build();
  }

  private ImmutableSortedMap<String, String> object() throws IOException {
    Map<String, String> object = new TreeMap<>();
    for (char next = next(); next != '}'; next = separator('}')) {
      String field = name(next);
      next();
      object.put(field, value());
    }
    return ImmutableSortedMap.copyOf(object);
  }

  private String name(char quote) throws IOException {
    if (quote != '"') {
      throw wrong("a name");
    }
    String name = string();
    expect(':');
    return name;
  }

  /** What follows a value: the end, or a comma and the beginning of the next. */
  private char separator(char end) throws IOException {
    char next = next();
    if (next == end) {
      return next;
    }
    if (next != ',') {
      throw wrong("',' or '" + end + "'");
    }
    next = next();
    if (next == end) {
      throw wrong("a value");
    }
    return next;
  }

  private void expect(char wanted) throws IOException {
    if (next() != wanted) {
      throw wrong("'" + wanted + "'");
    }
  }

  /** The next character that is no white space. */
  private char next() throws IOException {
    while (at < json.length()) {
      char c = json.charAt(at++);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
    }
    throw wrong("more");
  }

  /** The value whose first character {@link #next} has read. */
  private String value() throws IOException {
    int begin = at - 1;
    char first = json.charAt(begin);
    if (first == '"') {
      return string();
    }
    while (at < json.length() && ",]} \n\r\t".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    if (!Character.isLetterOrDigit(first) && first != '-') {
      throw wrong("a value");
    }
    return json.substring(begin, at);
  }

  /** The rest of a string. */
  private String string() throws IOException {
    if (hasEscapes) {
      return escapedString();
    }
    int begin = at;
    int end = json.indexOf('"', begin);
    if (end < 0) {
      throw wrong("the end of a string");
    }
    at = end + 1;
    return json.substring(begin, end);
  }

  private String escapedString() throws IOException {
    StringBuilder text = new StringBuilder();
    while (at < json.length()) {
      char c = json.charAt(at++);
      if (c == '"') {
        return text.toString();
      }
      text.append(c == '\\' ? escaped() : c);
    }
    throw wrong("the end of a string");
  }

  private char escaped() throws IOException {
    char c = at < json.length() ? json.charAt(at++) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> throw wrong("an escape");
    };
  }

  private char hexadecimal() throws IOException {
    int value = 0;
    for (int end = at + 4; at < end; at++) {
      int digit = at < json.length() ? Character.digit(json.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private IOException wrong(String wanted) {
    return new IOException("is no JSON as records have it: " + wanted + " is wanted at " + at);
  }
}
