package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ListMultimap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stays the same of a {@link ContainerRecord}, however often such a container is started, as
 * JSON and back. Ours alone: what others want is printed for them.
 */
final class RecordJson {
  private static final JsonFactory JSON = new JsonFactory();

  private RecordJson() {}

  static byte[] write(ContainerRecord container) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("id", container.id());
      json.writeStringField("name", container.name());
      json.writeStringField("image", container.image());
      json.writeObjectFieldStart("labels");
      for (Map.Entry<String, String> label : container.labels().entrySet()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("stopSignal", container.stopSignal());
      json.writeNumberField("stopTimeout", container.stopTimeout());
      json.writeBooleanField("removed", container.removed());
      writeTexts("cgroups", container.cgroups(), json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeTexts(String field, ImmutableList<String> texts, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /**
   * @param command see {@link ContainerRecord}
   * @param created likewise
   * @param launcher likewise
   * @throws IOException if it is nothing that {@link #write} has written
   */
  static ContainerRecord read(
      byte[] bytes, ImmutableList<String> command, Instant created, ProcessIdentity launcher)
      throws IOException {
    Map<String, String> texts = new TreeMap<>();
    ListMultimap<String, String> lists = ArrayListMultimap.create();
    ImmutableSortedMap.Builder<String, String> labels = ImmutableSortedMap.naturalOrder();
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            lists.put(field, json.getText());
          }
        } else if (value == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String label = json.currentName();
            json.nextToken();
            labels.put(label, json.getText());
          }
        } else {
          texts.put(field, json.getText());
        }
      }
    }
    try {
      return new ContainerRecord(
          text(texts, "id"),
          text(texts, "name"),
          text(texts, "image"),
          command,
          created,
          labels.buildOrThrow(),
          Integer.parseInt(text(texts, "stopSignal")),
          Long.parseLong(text(texts, "stopTimeout")),
          Boolean.parseBoolean(text(texts, "removed")),
          launcher,
          ImmutableList.copyOf(lists.get("cgroups")));
    } catch (NumberFormatException e) {
      throw new IOException("a value is none of its kind: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, String> texts, String field) throws IOException {
    String text = texts.get(field);
    if (text == null) {
      throw new IOException("has no '" + field + "'");
    }
    return text;
  }
}
