package io.jrootfs.runner.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.network.Traffic;
import java.io.IOException;
import java.io.StringWriter;
import java.util.OptionalLong;

/** {@link Stats} for programs: as the kernel counts, null for what cannot be told. */
final class StatsJson {
  private static final JsonFactory JSON = new JsonFactory();

  private StatsJson() {}

  /** A list in one line. */
  static String of(ImmutableList<Stats> stats) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartArray();
      for (Stats one : stats) {
        write(one, json);
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  private static void write(Stats stats, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", stats.container().record().id());
    json.writeStringField("name", stats.container().record().name());
    json.writeStringField("status", stats.container().status().word());
    json.writeFieldName("cpuPercent");
    if (stats.cpuPercent().isPresent()) {
      json.writeNumber(stats.cpuPercent().getAsDouble());
    } else {
      json.writeNull();
    }
    number("cpuTime", stats.usage().cpuTime(), json);
    number("cpuLimit", stats.usage().cpuLimit(), json);
    number("memory", stats.usage().memory(), json);
    number("memoryLimit", stats.usage().memoryLimit(), json);
    number("pids", stats.usage().pids(), json);
    number("pidsLimit", stats.usage().pidsLimit(), json);
    number("blockRead", stats.usage().blockRead(), json);
    number("blockWritten", stats.usage().blockWritten(), json);
    number("networkReceived", optional(stats, true), json);
    number("networkSent", optional(stats, false), json);
    json.writeEndObject();
  }

  private static OptionalLong optional(Stats stats, boolean received) {
    return stats
        .traffic()
        .map(received ? Traffic::received : Traffic::sent)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  private static void number(String field, OptionalLong number, JsonGenerator json)
      throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(field, number.getAsLong());
    } else {
      json.writeNullField(field);
    }
  }
}
