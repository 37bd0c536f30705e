package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableListMultimap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The limits that a container was started with, as words by option. */
public final class LimitRecord {
  private static final JsonFactory JSON = new JsonFactory();
  static final String FILE = "limits.json";

  private final Path directory;

  /**
   * @param directory the container's record
   */
  public LimitRecord(Path directory) {
    this.directory = directory;
  }

  /** What was asked for; nothing if nothing was ever asked for. */
  public ImmutableListMultimap<String, String> read() throws IOException {
    ImmutableListMultimap.Builder<String, String> words = ImmutableListMultimap.builder();
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(directory.resolve(FILE));
    } catch (NoSuchFileException e) {
      return words.build();
    }
    try (JsonParser json = JSON.createParser(bytes)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String option = json.currentName();
        json.nextToken();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          words.put(option, json.getText());
        }
      }
    }
    return words.build();
  }

  static byte[] bytes(ImmutableListMultimap<String, String> words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (String option : words.keySet()) {
        json.writeArrayFieldStart(option);
        for (String word : words.get(option)) {
          json.writeString(word);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
