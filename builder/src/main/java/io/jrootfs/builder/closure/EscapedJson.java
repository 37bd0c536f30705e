package io.jrootfs.builder.closure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * JSON of file names, which may hold anything: printable ASCII only, so that it steers no terminal
 * and is the same text whatever the encoding of standard output.
 */
final class EscapedJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EscapedJson() {}

  /** Indented by two, ending in a newline. */
  static String of(JsonNode tree) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    try {
      String text =
          MAPPER.writer(printer).with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsString(tree);
      // JSON lets this one control character stand as it is.
      return text.replace("\u007f", "\\u007f") + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts has no JSON form", e);
    }
  }
}
