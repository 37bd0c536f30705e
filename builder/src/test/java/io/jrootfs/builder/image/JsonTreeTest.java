package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Judged by Jackson's own reader of trees. */
class JsonTreeTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String EVERYTHING =
      """
      {"text": "a\\u00e9\\n\\ud83d\\ude00", "yes": true, "no": false, "none": null, "": {},
       "numbers": [0, -1, 2147483648, 9223372036854775808, 1.5, -2e3, 1E400],
       "deep": [[{"a": [{"b": []}]}], []]}
      """;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<JsonNode> ours(byte[] bytes) throws IOException {
    try {
      return Optional.ofNullable(JsonTree.read(bytes));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> theirs(byte[] bytes) throws IOException {
    try {
      return Optional.of(MAPPER.readTree(bytes)).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {EVERYTHING, "null", "true", "\"text\"", "12", "[]", " {} "})
  void aDocumentIsTheSameTree(String text) throws IOException {
    assertThat(ours(bytes(text))).isPresent().isEqualTo(theirs(bytes(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{", "[1", "[1,]", "{\"a\": 1, \"a\": 1}", "{} {}", "1 2", "{}]", "]", "{\"a\"}"})
  void whatIsNoDocumentIsRefused(String text) throws IOException {
    assertThat(theirs(bytes(text))).isEmpty();
    assertThatThrownBy(() -> JsonTree.read(bytes(text)))
        .isInstanceOf(JsonProcessingException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void nothingIsNoTree(String text) throws IOException {
    assertThat(JsonTree.read(bytes(text))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 100_000})
  void depthHasALimit(int depth) throws IOException {
    byte[] nested = bytes("[".repeat(depth) + "]".repeat(depth));
    if (depth <= 64) {
      assertThat(ours(nested)).isPresent().isEqualTo(theirs(nested));
    } else {
      assertThatThrownBy(() -> JsonTree.read(nested))
          .isInstanceOf(JsonProcessingException.class)
          .hasMessageContaining("nesting depth");
    }
  }

  @Property(tries = 2000)
  void aChangedByteChangesBothReadersAlike(
      @ForAll @IntRange(max = 10_000) int place, @ForAll byte value) throws IOException {
    byte[] changed = bytes(EVERYTHING);
    changed[place % changed.length] = value;
    assertThat(ours(changed)).isEqualTo(theirs(changed));
  }
}
