package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@link Surroundings} as JSON and back, as {@link ConditionsJson} does it. */
final class SurroundingsJson {
  private SurroundingsJson() {}

  static byte[] write(Surroundings surroundings) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("hostname", surroundings.hostname());
      json.writeBooleanField("readOnlyRoot", surroundings.readOnlyRoot());
      json.writeArrayFieldStart("mounts");
      for (Surroundings.Place mount : surroundings.mounts()) {
        json.writeString(mount.destination());
        json.writeString(mount.type());
        json.writeString(mount.source());
        json.writeString(mount.options());
      }
      json.writeEndArray();
      object(json, "namespaces", surroundings.namespaces());
      list(json, "uidMap", surroundings.uidMap());
      list(json, "gidMap", surroundings.gidMap());
      list(json, "maskedPaths", surroundings.maskedPaths());
      list(json, "readOnlyPaths", surroundings.readOnlyPaths());
      object(json, "sysctls", surroundings.sysctls());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void list(JsonGenerator json, String name, ImmutableList<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static void object(
      JsonGenerator json, String name, ImmutableSortedMap<String, String> values)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      json.writeStringField(value.getKey(), value.getValue());
    }
    json.writeEndObject();
  }

  /**
   * @throws IOException if it is nothing that {@link #write} has written
   */
  static Surroundings read(byte[] bytes) throws IOException {
    JsonFields fields = JsonFields.parse(bytes);
    try {
      return new Surroundings(
          fields.text("hostname"),
          Boolean.parseBoolean(fields.text("readOnlyRoot")),
          mounts(fields.list("mounts")),
          fields.object("namespaces"),
          fields.list("uidMap"),
          fields.list("gidMap"),
          fields.list("maskedPaths"),
          fields.list("readOnlyPaths"),
          fields.object("sysctls"));
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a mount has not all its parts", e);
    }
  }

  private static ImmutableList<Surroundings.Place> mounts(List<String> texts) {
    ImmutableList.Builder<Surroundings.Place> mounts = ImmutableList.builder();
    for (int i = 0; i < texts.size(); i += 4) {
      mounts.add(
          new Surroundings.Place(
              texts.get(i), texts.get(i + 1), texts.get(i + 2), texts.get(i + 3)));
    }
    return mounts.build();
  }
}
