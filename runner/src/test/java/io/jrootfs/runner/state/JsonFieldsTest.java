package io.jrootfs.runner.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Jackson writes is read as it was, whatever the strings are; and nothing else is. */
class JsonFieldsTest {
  private static byte[] written(
      String text, List<String> list, Map<String, String> object, boolean isPretty)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      if (isPretty) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
      json.writeStringField("text", text);
      json.writeNumberField("number", Long.MIN_VALUE);
      json.writeArrayFieldStart("list");
      for (String entry : list) {
        json.writeString(entry);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("object");
      for (Map.Entry<String, String> entry : object.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeBooleanField("last", true);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** A lone surrogate is no text; Jackson refuses to write it. */
  private static boolean isText(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll String text,
      @ForAll List<String> list,
      @ForAll Map<String, String> object,
      @ForAll boolean isPretty)
      throws IOException {
    Assume.that(isText(text) && list.stream().allMatch(JsonFieldsTest::isText));
    Assume.that(isText(object.toString()));
    JsonFields fields = JsonFields.parse(written(text, list, object, isPretty));
    assertThat(fields.text("text")).isEqualTo(text);
    assertThat(fields.number("number")).isEqualTo(Long.MIN_VALUE);
    assertThat(fields.list("list")).isEqualTo(list);
    assertThat(fields.object("object")).isEqualTo(object);
    assertThat(fields.text("last")).isEqualTo("true");
  }

  /** A record is cut off where the disk was full. */
  @Property
  void whatIsCutOffIsRefused(
      @ForAll String text, @ForAll @DoubleRange(max = 1, maxIncluded = false) double where)
      throws IOException {
    Assume.that(isText(text));
    byte[] whole =
        written(text, ImmutableList.of("a\\b", ""), ImmutableSortedMap.of("k", "v"), false);
    String json = new String(whole, StandardCharsets.UTF_8);
    String part = json.substring(0, (int) (where * json.length()));
    assertThatThrownBy(() -> JsonFields.parse(part.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("is no JSON as records have it: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"a\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":,\"b\":1}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[[1]]}",
        "{\"a\":{\"b\":[1]}}",
        "{\"a\":{\"b\" 1}}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12"
      })
  void whatIsNoneOfOursIsRefused(String json) {
    assertThatThrownBy(() -> JsonFields.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("is no JSON as records have it: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"b\":\"1\"}", "{ }", "{\"a\":null}"})
  void whatIsMissingIsSaid(String json) throws IOException {
    JsonFields fields = JsonFields.parse(json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> fields.list("a")).hasMessage("has no 'a'");
    assertThatThrownBy(() -> fields.object("a")).hasMessage("has no 'a'");
  }
}
