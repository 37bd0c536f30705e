package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an image configuration says, in a form for people and for comparing.
 *
 * @param created when it was made, as the document spells it; empty if it does not say
 * @param history how each layer came to be, lowest first; empty if it does not say
 * @param properties everything that decides how the image runs, by name: those of the document's
 *     {@code config}, with one entry for each variable and label, and {@code Author} and {@code
 *     Platform}. What is empty is absent, as the specification gives the two the same meaning
 * @param values the same for programs: each value as compact JSON, under the document's names, so
 *     that {@code Env} is a list and {@code Labels} an object
 */
public record ImageDetails(
    String created,
    ImmutableList<Step> history,
    ImmutableSortedMap<String, String> properties,
    ImmutableSortedMap<String, String> values) {

  /**
   * One step of the history.
   *
   * @param createdBy what was done
   * @param isEmpty whether it made no layer
   */
  public record Step(String createdBy, boolean isEmpty) {}

  /** What docker leaves of the container an image was committed from; it decides nothing. */
  private static final ImmutableSet<String> LEFTOVERS =
      ImmutableSet.of("Hostname", "Domainname", "Image", "Container");

  /**
   * Reads a configuration.
   *
   * @param image what it was found in, for messages
   * @throws ImageFormatException if a value is of the wrong type
   */
  public static ImageDetails of(Path image, StoredDocument config) throws ImageFormatException {
    JsonDocument json =
        JsonDocument.parse(image, "configuration " + config.digest(), config.bytes().toByteArray());
    ImmutableList.Builder<Step> history = ImmutableList.builder();
    for (JsonDocument step : json.list("history")) {
      Optional<JsonDocument> empty = step.find("empty_layer");
      history.add(
          new Step(
              step.text("created_by"), empty.isPresent() && empty.get().json().equals("true")));
    }
    TreeMap<String, String> properties = new TreeMap<>();
    TreeMap<String, String> values = new TreeMap<>();
    put(properties, "Author", json.text("author"));
    put(
        properties,
        "Platform",
        new Platform(json.text("os"), json.text("architecture"), json.text("variant")).toString());
    properties.forEach((name, text) -> values.put(name, JsonDocument.quote(text)));
    Optional<JsonDocument> execution = json.find("config");
    if (execution.isPresent()) {
      putExecution(execution.get(), properties, values);
    }
    return new ImageDetails(
        json.text("created"),
        history.build(),
        ImmutableSortedMap.copyOf(properties),
        ImmutableSortedMap.copyOf(values));
  }

  private static void putExecution(
      JsonDocument execution, Map<String, String> properties, Map<String, String> values)
      throws ImageFormatException {
    for (String name : execution.names()) {
      Optional<JsonDocument> value = execution.find(name);
      if (value.isEmpty() || LEFTOVERS.contains(name)) {
        continue;
      }
      if (!isAbsent(value.get().json())) {
        values.put(name, value.get().compact());
      }
      switch (name) {
        case "Env" -> {
          for (String variable : execution.texts(name)) {
            int equals = variable.indexOf('=');
            // An empty variable is not the same as none.
            properties.put(
                "Env " + (equals < 0 ? variable : variable.substring(0, equals)),
                equals < 0 ? "" : variable.substring(equals + 1));
          }
        }
        case "Labels" ->
            execution
                .textsByKey(name)
                .forEach((key, text) -> properties.put("Labels " + key, text));
        default -> put(properties, name, value.get().json());
      }
    }
  }

  private static void put(Map<String, String> properties, String name, String value) {
    if (!isAbsent(value)) {
      properties.put(name, value);
    }
  }

  private static boolean isAbsent(String value) {
    return switch (value) {
      case "", "\"\"", "[]", "{}", "false", "0" -> true;
      default -> false;
    };
  }
}
