package io.jrootfs.builder.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A value in one of an image's JSON documents, which knows where it stands.
 *
 * <p>The documents come from strangers: their size and depth are capped, a key that occurs twice is
 * refused because readers differ in which one counts, and a value of the wrong type is named by
 * document and JSON path. Unknown properties are left alone (image-spec considerations.md). As Go's
 * decoder does, {@code null} is taken for an absent value.
 */
final class JsonDocument {
  /** What registries accept for a manifest, and more than any image configuration needs. */
  static final int MAX_SIZE = 4 << 20;

  /** Loaded by those who write only. */
  private static final class Writing {
    private static final JsonMapper MAPPER = new JsonMapper();
  }

  private final Path image;
  private final String document;
  private final String path;
  private final JsonNode node;

  private JsonDocument(Path image, String document, String path, JsonNode node) {
    this.image = image;
    this.document = document;
    this.path = path;
    this.node = node;
  }

  /**
   * Parses one document.
   *
   * @param image what it was found in, for messages
   * @param document its name there, for messages
   */
  static JsonDocument parse(Path image, String document, byte[] bytes) throws ImageFormatException {
    @Nullable JsonNode node;
    try {
      node = JsonTree.read(bytes);
    } catch (JsonProcessingException e) {
      throw new ImageFormatException(
          image,
          ImageFormatException.Kind.MALFORMED,
          document,
          "not valid JSON at byte "
              + (e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset()))
              + ": "
              + reason(e));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory cannot fail", e);
    }
    if (node == null) {
      throw new ImageFormatException(
          image, ImageFormatException.Kind.MALFORMED, document, "empty, expected JSON");
    }
    return new JsonDocument(image, document, "$", node);
  }

  /** What Jackson says, without the names of its classes and settings. */
  private static String reason(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException) {
      return "nested deeper than " + JsonTree.MAX_DEPTH + " levels, or a name or number too long";
    }
    String message = e.getOriginalMessage();
    return message == null ? "syntax error" : message.lines().findFirst().orElse("syntax error");
  }

  /** The property, if it is there and not null. This value must be an object. */
  Optional<JsonDocument> find(String name) throws ImageFormatException {
    requireObject();
    JsonNode value = node.get(name);
    return value == null || value.isNull()
        ? Optional.empty()
        : Optional.of(new JsonDocument(image, document, path + "." + name, value));
  }

  /** The property, which must be there. */
  JsonDocument get(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    if (value.isEmpty()) {
      throw malformed(name + " is missing");
    }
    return value.get();
  }

  /** The text of an optional property, or the empty text. */
  String text(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    return value.isPresent() ? value.get().text() : "";
  }

  /** The texts of an optional property that is an array, or none. */
  ImmutableList<String> texts(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    if (value.isEmpty()) {
      return ImmutableList.of();
    }
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (JsonDocument element : value.get().elements()) {
      texts.add(element.text());
    }
    return texts.build();
  }

  /** The elements of an optional property that is an array, or none. */
  ImmutableList<JsonDocument> list(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    return value.isPresent() ? value.get().elements() : ImmutableList.of();
  }

  /** The keys of an optional property that is an object, Go's form of a set. */
  ImmutableSortedSet<String> keys(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    if (value.isEmpty()) {
      return ImmutableSortedSet.of();
    }
    value.get().requireObject();
    return ImmutableSortedSet.copyOf(value.get().node.fieldNames());
  }

  /** The names of this object's properties, in the document's order. */
  ImmutableList<String> names() throws ImageFormatException {
    requireObject();
    return ImmutableList.copyOf(node.fieldNames());
  }

  /** This object's properties as plain values, those that are null included. */
  Map<String, Object> properties() throws ImageFormatException {
    requireObject();
    TreeMap<String, Object> properties = new TreeMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      properties.put(property.getKey(), property.getValue());
    }
    return properties;
  }

  /** This array's elements as plain values. */
  ImmutableList<Object> values() throws ImageFormatException {
    if (!node.isArray()) {
      throw wrongType("an array");
    }
    return ImmutableList.copyOf(node);
  }

  /** This value: a text as it is, anything else as compact JSON, the same for equal values. */
  String json() {
    return node.isTextual() ? node.textValue() : compact();
  }

  /** A text as a JSON string. */
  static String quote(String text) {
    return new String(RenderedJson.of(text), StandardCharsets.UTF_8);
  }

  /** This value as compact JSON, the same for equal values. */
  String compact() {
    try {
      return Writing.MAPPER
          .writer(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .writeValueAsString(Writing.MAPPER.treeToValue(node, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was parsed can be written", e);
    }
  }

  /** The texts by key of an optional property that is an object, or none. */
  ImmutableSortedMap<String, String> textsByKey(String name) throws ImageFormatException {
    Optional<JsonDocument> value = find(name);
    if (value.isEmpty()) {
      return ImmutableSortedMap.of();
    }
    JsonDocument object = value.get();
    object.requireObject();
    ImmutableSortedMap.Builder<String, String> texts = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<String, JsonNode> field : object.node.properties()) {
      String at = object.path + "." + field.getKey();
      texts.put(
          field.getKey(), new JsonDocument(image, document, at, field.getValue()).textOrNull());
    }
    return texts.buildOrThrow();
  }

  /** This value, an array's elements. */
  ImmutableList<JsonDocument> elements() throws ImageFormatException {
    if (!node.isArray()) {
      throw wrongType("an array");
    }
    ImmutableList.Builder<JsonDocument> elements = ImmutableList.builder();
    for (int i = 0; i < node.size(); i++) {
      elements.add(new JsonDocument(image, document, path + "[" + i + "]", node.get(i)));
    }
    return elements.build();
  }

  /** This value, a text without NUL: none of ours may reach a C string with one. */
  String text() throws ImageFormatException {
    if (!node.isTextual()) {
      throw wrongType("a string");
    }
    if (node.textValue().indexOf('\0') >= 0) {
      throw malformed("holds a NUL character");
    }
    return node.textValue();
  }

  private String textOrNull() throws ImageFormatException {
    return node.isNull() ? "" : text();
  }

  /** This value, a count of bytes. */
  long size() throws ImageFormatException {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw wrongType("a size in bytes, 0 to 2^63-1");
    }
    return node.longValue();
  }

  /** This value, a digest. */
  Digest digest() throws ImageFormatException {
    String text = text();
    if (text.startsWith("sha512:")) {
      throw new ImageFormatException(
          image, ImageFormatException.Kind.UNSUPPORTED, at(), "SHA-512 digests are not supported");
    }
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw malformed("is no digest, sha256: and 64 hexadecimal digits: " + quoted(text));
    }
  }

  private void requireObject() throws ImageFormatException {
    if (!node.isObject()) {
      throw wrongType("an object");
    }
  }

  private ImageFormatException wrongType(String expected) {
    return malformed("expected " + expected + ", found " + quoted(node.toString()));
  }

  private static String quoted(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  ImageFormatException malformed(String reason) {
    return new ImageFormatException(image, ImageFormatException.Kind.MALFORMED, at(), reason);
  }

  ImageFormatException unsupported(String reason) {
    return new ImageFormatException(image, ImageFormatException.Kind.UNSUPPORTED, at(), reason);
  }

  /** Document and JSON path. */
  String at() {
    return path.equals("$") ? document : document + " " + path;
  }
}
