package io.jrootfs.runner.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.bundle.UnpackedImages.Unpacked;
import java.io.IOException;
import java.io.StringWriter;

/** What is known of unpacked images, for programs. */
final class UnpackedJson {
  private static final JsonFactory JSON = new JsonFactory();

  private UnpackedJson() {}

  static String of(ImmutableList<Unpacked> images) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (Unpacked image : images) {
        json.writeStartObject();
        json.writeStringField("key", image.key());
        json.writeStringField("image", image.image());
        json.writeStringField("kind", image.isIndex() ? "index" : "unpacked");
        if (image.size().isPresent()) {
          json.writeNumberField("size", image.size().getAsLong());
        }
        json.writeStringField("lastUsed", image.lastUsed().toString());
        json.writeBooleanField("inUse", image.isHeld());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text.toString();
  }
}
