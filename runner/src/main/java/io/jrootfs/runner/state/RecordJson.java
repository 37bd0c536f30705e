package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * What stays the same of a {@link ContainerRecord}, however often such a container is started, as
 * JSON and back. Ours alone: what others want is printed for them.
 */
final class RecordJson {
  private RecordJson() {}

  static byte[] write(ContainerRecord container) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
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
   * @param space likewise
   * @throws IOException if it is nothing that {@link #write} has written
   */
  static ContainerRecord read(
      byte[] bytes,
      ImmutableList<String> command,
      Instant created,
      ProcessIdentity launcher,
      ProcessSpace space)
      throws IOException {
    JsonFields fields = JsonFields.parse(bytes);
    try {
      return new ContainerRecord(
          fields.text("id"),
          fields.text("name"),
          fields.text("image"),
          command,
          created,
          fields.object("labels"),
          Integer.parseInt(fields.text("stopSignal")),
          fields.number("stopTimeout"),
          Boolean.parseBoolean(fields.text("removed")),
          launcher,
          space,
          fields.list("cgroups"));
    } catch (NumberFormatException e) {
      throw new IOException("a value is none of its kind: " + e.getMessage(), e);
    }
  }
}
