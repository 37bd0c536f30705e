package io.jrootfs.runner.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/**
 * The JSON form of what is remembered of an image: one object whose fields come in a fixed order.
 *
 * <p>It is read before every start, so token by token: data binding would load five hundred classes
 * for a dozen fields.
 */
final class ImageIndexEntry {
  /** Raised whenever what is stored changes its meaning. */
  private static final int FORMAT = 1;

  private static final JsonFactory JSON = new JsonFactory();

  private ImageIndexEntry() {}

  static byte[] encode(ImageIndex.Known known) throws IOException {
    ImageConfig config = known.config();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      writeTexts(json, "diffIds", known.diffIds());
      json.writeStringField("os", config.platform().os());
      json.writeStringField("architecture", config.platform().architecture());
      json.writeStringField("variant", config.platform().variant());
      json.writeStringField("user", config.user());
      writeTexts(json, "exposedPorts", config.exposedPorts());
      writeTexts(json, "env", config.env());
      writeTexts(json, "entrypoint", config.entrypoint());
      writeTexts(json, "cmd", config.cmd());
      writeTexts(json, "volumes", config.volumes());
      json.writeStringField("workingDir", config.workingDir());
      json.writeObjectFieldStart("labels");
      for (Map.Entry<String, String> label : config.labels().entrySet()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
      json.writeEndObject();
      json.writeStringField("stopSignal", config.stopSignal());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeTexts(JsonGenerator json, String name, Iterable<?> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Object text : texts) {
      json.writeString(text.toString());
    }
    json.writeEndArray();
  }

  /**
   * The reverse of {@link #encode}.
   *
   * @throws IOException if it is no JSON
   * @throws IllegalArgumentException if it is JSON of another form
   */
  static ImageIndex.Known decode(byte[] bytes) throws IOException {
    try (JsonParser json = JSON.createParser(bytes)) {
      Fields fields = new Fields(json);
      fields.expect(JsonToken.START_OBJECT);
      fields.number("format", FORMAT);
      ImmutableList<Digest> diffIds =
          fields.texts("diffIds").stream()
              .map(Digest::parse)
              .collect(ImmutableList.toImmutableList());
      Platform platform =
          new Platform(fields.text("os"), fields.text("architecture"), fields.text("variant"));
      ImageConfig config =
          new ImageConfig(
              platform,
              fields.text("user"),
              ImmutableSortedSet.copyOf(fields.texts("exposedPorts")),
              fields.texts("env"),
              fields.texts("entrypoint"),
              fields.texts("cmd"),
              ImmutableSortedSet.copyOf(fields.texts("volumes")),
              fields.text("workingDir"),
              fields.map("labels"),
              fields.text("stopSignal"));
      fields.expect(JsonToken.END_OBJECT);
      fields.end();
      return new ImageIndex.Known(config, diffIds);
    }
  }

  /** Takes the fields of an object in the order that is asked for. */
  private record Fields(JsonParser json) {
    void expect(JsonToken token) throws IOException {
      JsonToken found = json.nextToken();
      if (found != token) {
        throw new IllegalArgumentException("index entry: " + found + " instead of " + token);
      }
    }

    void end() throws IOException {
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("index entry: more than one value");
      }
    }

    private void name(String name) throws IOException {
      expect(JsonToken.FIELD_NAME);
      if (!name.equals(json.currentName())) {
        throw new IllegalArgumentException("index entry: no field " + name);
      }
    }

    void number(String name, int only) throws IOException {
      name(name);
      expect(JsonToken.VALUE_NUMBER_INT);
      if (json.getIntValue() != only) {
        throw new IllegalArgumentException("index entry: " + name + " is not " + only);
      }
    }

    String text(String name) throws IOException {
      name(name);
      expect(JsonToken.VALUE_STRING);
      return json.getText();
    }

    ImmutableList<String> texts(String name) throws IOException {
      name(name);
      expect(JsonToken.START_ARRAY);
      ImmutableList.Builder<String> texts = ImmutableList.builder();
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        texts.add(json.getText());
      }
      current(JsonToken.END_ARRAY);
      return texts.build();
    }

    ImmutableSortedMap<String, String> map(String name) throws IOException {
      name(name);
      expect(JsonToken.START_OBJECT);
      ImmutableSortedMap.Builder<String, String> map = ImmutableSortedMap.naturalOrder();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = Objects.requireNonNull(json.currentName());
        expect(JsonToken.VALUE_STRING);
        map.put(key, json.getText());
      }
      current(JsonToken.END_OBJECT);
      return map.buildOrThrow();
    }

    private void current(JsonToken token) {
      if (json.currentToken() != token) {
        throw new IllegalArgumentException(
            "index entry: " + json.currentToken() + " instead of " + token);
      }
    }
  }
}
