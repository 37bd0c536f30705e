package io.jrootfs.runner.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.bundle.UnpackedImages.Unpacked;
import io.jrootfs.runner.bundle.UseTimes;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;

/** What is known of unpacked images, for programs. */
final class UnpackedJson {
  private static final JsonFactory JSON = new JsonFactory();

  private UnpackedJson() {}

  static String of(ImmutableList<Unpacked> images, Instant now) throws IOException {
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
        if (!UseTimes.isAhead(image.lastUsed(), now)) {
          json.writeStringField("lastUsed", image.lastUsed().toString());
        }
        json.writeBooleanField("inUse", image.isHeld());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text.toString();
  }
}
