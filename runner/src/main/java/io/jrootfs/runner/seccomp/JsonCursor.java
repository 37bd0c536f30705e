package io.jrootfs.runner.seccomp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a JSON document once and refuses what it does not find as expected. Every method but
 * {@link #open} starts at the first token of a value and ends at its last.
 *
 * <p>As Go's decoder does, {@code null} is taken for a property that is not there.
 */
final class JsonCursor implements AutoCloseable {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NUMBER_LENGTH = 40;
  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .build();

  /** Reads the value of one property. */
  interface Property {
    /** Says false if there is no such property; then nothing was read. */
    boolean read(String name) throws ProfileException;
  }

  /** Reads one value of an array. */
  interface Item {
    void read() throws ProfileException;
  }

  private final Path file;
  private final JsonParser json;
  private final ImmutableList.Builder<String> warnings;

  private JsonCursor(Path file, JsonParser json, ImmutableList.Builder<String> warnings) {
    this.file = file;
    this.json = json;
    this.warnings = warnings;
  }

  /** Starts at the document's value. */
  static JsonCursor open(Path file, byte[] bytes, ImmutableList.Builder<String> warnings)
      throws ProfileException {
    try {
      JsonCursor cursor = new JsonCursor(file, JSON.createParser(bytes), warnings);
      if (cursor.next() == null) {
        throw cursor.failure("is empty; a profile is a JSON object");
      }
      return cursor;
    } catch (IOException e) {
      throw new ProfileException(file, "", "cannot be read: " + e.getMessage());
    }
  }

  /** Reads an object. A property that nobody knows is passed over and told of. */
  void object(Property property) throws ProfileException {
    expect(JsonToken.START_OBJECT, "an object");
    while (next() == JsonToken.FIELD_NAME) {
      String name = Objects.requireNonNull(text(json));
      if (next() == JsonToken.VALUE_NULL) {
        continue;
      }
      if (!property.read(name)) {
        warn("'" + name + "' is not a property that a profile has here; it is ignored");
        skip();
      }
    }
  }

  void array(Item item) throws ProfileException {
    expect(JsonToken.START_ARRAY, "an array");
    while (next() != JsonToken.END_ARRAY) {
      item.read();
    }
  }

  ImmutableList<String> texts() throws ProfileException {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    array(() -> texts.add(text()));
    return texts.build();
  }

  String text() throws ProfileException {
    expect(JsonToken.VALUE_STRING, "a text");
    return Objects.requireNonNull(text(json));
  }

  private String text(JsonParser parser) throws ProfileException {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** An integer from 0 to {@code max}. */
  int integer(int max) throws ProfileException {
    BigInteger value = number("a number from 0 to " + max);
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw failure(value + " is not a number from 0 to " + max);
    }
    return value.intValue();
  }

  /** An unsigned integer of 64 bits. */
  long unsigned() throws ProfileException {
    BigInteger value = number("a number from 0 to 2^64-1");
    if (value.signum() < 0 || value.compareTo(MAX_UINT64) > 0) {
      throw failure(value + " is not a number from 0 to 2^64-1");
    }
    return value.longValue();
  }

  private BigInteger number(String expected) throws ProfileException {
    expect(JsonToken.VALUE_NUMBER_INT, expected);
    try {
      return json.getBigIntegerValue();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** Nothing may follow the document's value. */
  void end() throws ProfileException {
    if (next() != null) {
      throw new ProfileException(file, "", "more follows behind the profile's end");
    }
  }

  ProfileException failure(String problem) {
    return new ProfileException(file, pointer(), problem);
  }

  void warn(String text) {
    warnings.add("seccomp profile '" + file + "' at " + pointer() + ": " + text);
  }

  private String pointer() {
    return json.getParsingContext().pathAsPointer().toString();
  }

  private void expect(JsonToken token, String expected) throws ProfileException {
    JsonToken found = json.currentToken();
    if (found != token) {
      throw failure("expected " + expected + ", found " + describe(found));
    }
  }

  private static String describe(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      default -> "the end of it";
    };
  }

  private @Nullable JsonToken next() throws ProfileException {
    try {
      return json.nextToken();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private void skip() throws ProfileException {
    try {
      json.skipChildren();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private ProfileException malformed(IOException e) {
    String problem =
        e instanceof JsonProcessingException json && json.getOriginalMessage() != null
            ? json.getOriginalMessage()
            : String.valueOf(e.getMessage());
    int sourceDetails = problem.indexOf(" (start marker at");
    return failure(
        "not valid JSON: "
            + (sourceDetails < 0 ? problem : problem.substring(0, sourceDetails))
                .lines()
                .findFirst()
                .orElse("syntax error"));
  }

  @Override
  public void close() throws ProfileException {
    try {
      json.close();
    } catch (IOException e) {
      throw malformed(e);
    }
  }
}
