package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object (RFC 8259) as far as records have them: of single values, lists of those, and
 * objects of those.
 *
 * <p>Token by token, as {@code jrun ps} reads one for each container in a JVM that has just
 * started.
 */
final class JsonFields {
  private static final String NO_RECORD = "is no JSON as records have it: ";

  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, ImmutableList<String>> lists = new LinkedHashMap<>();
  private final Map<String, ImmutableSortedMap<String, String>> objects = new LinkedHashMap<>();

  private JsonFields() {}

  /**
   * Reads one.
   *
   * @throws IOException if it is none
   */
  static JsonFields parse(byte[] bytes) throws IOException {
    JsonFields fields = new JsonFields();
    try (JsonParser json = JSON.createParser(bytes)) {
      fields.read(json);
      return fields;
    } catch (JsonProcessingException e) {
      throw new IOException(NO_RECORD + e.getOriginalMessage(), e);
    }
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

  private void read(JsonParser json) throws IOException {
    expect(json.nextToken() == JsonToken.START_OBJECT, json);
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      switch (json.nextToken()) {
        case START_ARRAY -> lists.put(field, list(json));
        case START_OBJECT -> objects.put(field, object(json));
        default -> texts.put(field, value(json));
      }
    }
    expect(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null, json);
  }

  private static ImmutableList<String> list(JsonParser json) throws IOException {
    ImmutableList.Builder<String> list = ImmutableList.builder();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(json));
    }
    return list.build();
  }

  private static ImmutableSortedMap<String, String> object(JsonParser json) throws IOException {
    Map<String, String> object = new TreeMap<>();
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      json.nextToken();
      object.put(field, value(json));
    }
    return ImmutableSortedMap.copyOf(object);
  }

  private static String value(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    expect(token != null && token.isScalarValue(), json);
    return json.getText();
  }

  private static void expect(boolean isSo, JsonParser json) throws IOException {
    if (!isSo) {
      throw new IOException(
          NO_RECORD + "it has something else at " + json.currentTokenLocation().getByteOffset());
    }
  }
}
