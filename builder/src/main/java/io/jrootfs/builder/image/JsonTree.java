package io.jrootfs.builder.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to a tree of JSON values, token by token: the first use of a mapper loads three hundred
 * classes more, which takes longer than to start a small image otherwise.
 */
final class JsonTree {
  static final int MAX_DEPTH = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(JsonDocument.MAX_SIZE)
                  .build())
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTree() {}

  /**
   * The one value in {@code bytes}; null if there is none.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is no JSON, has a key twice,
   *     is too deep or too long, or is not all
   * @throws IOException never else, as memory can be read
   */
  static @Nullable JsonNode read(byte[] bytes) throws IOException {
    try (JsonParser json = JSON.createParser(bytes)) {
      JsonToken first = json.nextToken();
      if (first == null) {
        return null;
      }
      JsonNode tree = value(json, first);
      if (json.nextToken() != null) {
        throw new JsonParseException(json, "something follows the value");
      }
      return tree;
    }
  }

  /** Calls itself no deeper than the parser goes, which is {@link #MAX_DEPTH}. */
  private static JsonNode value(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> array(json);
      case VALUE_STRING -> NODES.textNode(json.getText());
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(json.getDoubleValue());
      case VALUE_NUMBER_INT ->
          switch (json.getNumberType()) {
            case INT -> NODES.numberNode(json.getIntValue());
            case LONG -> NODES.numberNode(json.getLongValue());
            default -> NODES.numberNode(json.getBigIntegerValue());
          };
      default -> throw new IllegalStateException(token + " where a value begins");
    };
  }

  private static ObjectNode object(JsonParser json) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      object.set(name, value(json, json.nextToken()));
    }
    return object;
  }

  private static ArrayNode array(JsonParser json) throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      array.add(value(json, token));
    }
    return array;
  }
}
