package io.jrootfs.builder.image;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document of an image as bytes. Written token by token: Jackson's data binding takes a sixth of
 * a short build to find out how a map is written.
 */
final class RenderedJson {
  private RenderedJson() {}

  /**
   * Compact UTF-8 bytes; the order of keys is that of the maps inside {@code tree}.
   *
   * @param tree maps, collections, texts, numbers, truth values, and what {@link JsonDocument} has
   *     given
   * @throws IllegalArgumentException if something else is in it
   */
  static byte[] of(Object tree) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes, JsonEncoding.UTF8)) {
      write(tree, out);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be JSON: " + tree, e);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> property : map.entrySet()) {
        out.writeFieldName((String) property.getKey());
        write(property.getValue(), out);
      }
      out.writeEndObject();
    } else if (value instanceof Collection<?> list) {
      out.writeStartArray();
      for (Object element : list) {
        write(element, out);
      }
      out.writeEndArray();
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof JsonNode node) {
      Nodes.MAPPER.writeTree(out, node);
    } else {
      throw new IllegalArgumentException("cannot be JSON: " + value);
    }
  }

  /** Loaded only for what another image's document has said. */
  private static final class Nodes {
    static final JsonMapper MAPPER = new JsonMapper();

    private Nodes() {}
  }
}
