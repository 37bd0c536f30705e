package io.jrootfs.runner.machine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.StringWriter;

/**
 * What came out of the virtual machine: one line of JSON for each test, and one that says that
 * these were all. A machine that stops early leaves the lines of the tests that ended before.
 *
 * @param outcomes in the order in which the tests ended
 * @param complete whether the last line was there
 */
record TestReport(ImmutableList<Outcome> outcomes, boolean complete) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String END = "{\"end\":true}";

  /**
   * How one test ended.
   *
   * @param id JUnit's unique id
   * @param name its class, its own name and, of a repeated one, which
   * @param failure empty if it passed
   */
  record Outcome(String id, String name, String failure) {
    boolean passed() {
      return failure.isEmpty();
    }
  }

  static String line(Outcome outcome) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("id", outcome.id());
      json.writeStringField("name", outcome.name());
      json.writeStringField("failure", outcome.failure());
      json.writeEndObject();
    }
    return line + "\n";
  }

  static String lastLine() {
    return END + "\n";
  }

  /** Reads lines up to the end, the last line or one that was not finished. */
  static TestReport read(String text) throws IOException {
    ImmutableList.Builder<Outcome> outcomes = ImmutableList.builder();
    for (String line : Splitter.on('\n').omitEmptyStrings().split(text)) {
      if (line.equals(END)) {
        return new TestReport(outcomes.build(), true);
      }
      try {
        outcomes.add(outcome(line));
      } catch (JsonProcessingException e) {
        break;
      }
    }
    return new TestReport(outcomes.build(), false);
  }

  private static Outcome outcome(String line) throws IOException {
    String id = "";
    String name = "";
    String failure = "";
    try (JsonParser json = JSON.createParser(line)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String field = json.currentName();
        String value = json.nextTextValue();
        switch (field) {
          case "id" -> id = value;
          case "name" -> name = value;
          case "failure" -> failure = value;
          default -> throw new AssertionError(line);
        }
      }
    }
    return new Outcome(id, name, failure);
  }
}
