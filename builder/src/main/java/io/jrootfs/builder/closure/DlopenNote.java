package io.jrootfs.builder.closure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One entry of {@code .note.dlopen}: a library that an object opens when it wants to.
 *
 * @param sonames alternatives, the preferred one first; at least one
 * @param feature what it is for, in one word; empty if the note does not say
 * @param priority how much it is missed
 * @see <a href="https://uapi-group.org/specifications/specs/elf_dlopen_metadata/">UAPI.12, ELF
 *     dlopen() metadata</a>
 */
record DlopenNote(ImmutableList<String> sonames, Optional<String> feature, Priority priority) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The priorities, the most urgent first. */
  public enum Priority {
    REQUIRED,
    RECOMMENDED,
    SUGGESTED;

    /** As the note says it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A note that is not what the specification says. */
  static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidException(String message) {
      super(message);
    }
  }

  /**
   * Reads the JSON array of one note. Keys that are not known are tolerated, as the specification
   * demands.
   *
   * @throws InvalidException if it is no such array, or an entry names no library
   */
  static ImmutableList<DlopenNote> parse(String json) throws InvalidException {
    JsonNode array;
    try {
      array = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidException("it is not JSON: " + e.getOriginalMessage());
    }
    if (array == null || !array.isArray()) {
      throw new InvalidException("it is not a JSON array");
    }
    ImmutableList.Builder<DlopenNote> notes = ImmutableList.builder();
    for (JsonNode entry : array) {
      notes.add(entry(entry));
    }
    return notes.build();
  }

  private static DlopenNote entry(JsonNode entry) throws InvalidException {
    ImmutableList.Builder<String> sonames = ImmutableList.builder();
    for (JsonNode soname : entry.path("soname")) {
      if (!soname.isTextual() || !isName(soname.textValue())) {
        throw new InvalidException("a soname in it is not a name");
      }
      sonames.add(soname.textValue());
    }
    ImmutableList<String> alternatives = sonames.build();
    if (alternatives.isEmpty()) {
      throw new InvalidException("an entry names no soname");
    }
    JsonNode feature = entry.path("feature");
    return new DlopenNote(
        alternatives,
        feature.isTextual() ? Optional.of(feature.textValue()) : Optional.empty(),
        priority(entry.path("priority")));
  }

  private static boolean isName(String text) {
    // JSON can escape halves of characters, which are no text and so no bytes.
    return !text.isEmpty()
        && text.indexOf('\0') < 0
        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Priority priority(JsonNode node) throws InvalidException {
    if (node.isMissingNode()) {
      return Priority.RECOMMENDED;
    }
    for (Priority priority : Priority.values()) {
      if (priority.word().equals(node.textValue())) {
        return priority;
      }
    }
    throw new InvalidException("its priority " + node + " is none that the specification knows");
  }
}
