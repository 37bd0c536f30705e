package io.jrootfs.runner.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Iterables;
import io.jrootfs.builder.image.Signal;
import io.jrootfs.runner.cgroup.LimitArguments;
import io.jrootfs.runner.state.ContainerRecord;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.LimitRecord;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/** What is known of containers, for programs. */
final class ContainersJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ContainersJson() {}

  /** What {@code jrun ps} has. */
  static String of(ImmutableList<KnownContainer> containers) throws IOException {
    return of(containers, (container, json) -> {});
  }

  /** Further members of a container's object. */
  @FunctionalInterface
  interface Details {
    /** Writes them. */
    void write(KnownContainer container, JsonGenerator json) throws IOException;
  }

  /** The same with more of each. */
  static String of(ImmutableList<KnownContainer> containers, Details details) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (KnownContainer container : containers) {
        write(container, details, json);
      }
      json.writeEndArray();
    }
    return text.toString();
  }

  private static void write(KnownContainer container, Details details, JsonGenerator json)
      throws IOException {
    ContainerRecord record = container.record();
    json.writeStartObject();
    json.writeStringField("id", record.id());
    json.writeStringField("name", record.name());
    json.writeStringField("image", record.image());
    json.writeArrayFieldStart("command");
    for (String word : record.command()) {
      json.writeString(word);
    }
    json.writeEndArray();
    json.writeStringField("created", record.created().toString());
    json.writeStringField("status", container.status().word());
    if (container.status() instanceof ContainerStatus.Running running) {
      json.writeNumberField("pid", running.first().pid());
      json.writeNumberField("launcherPid", running.launcher().pid());
    }
    if (container.status() instanceof ContainerStatus.Exited exited) {
      json.writeNumberField("exitStatus", exited.status());
      json.writeStringField("ended", exited.when().toString());
    }
    json.writeStringField("stopSignal", new Signal(record.stopSignal()).toString());
    json.writeNumberField("stopTimeout", record.stopTimeout());
    json.writeBooleanField("removed", record.removed());
    json.writeArrayFieldStart("cgroups");
    for (String directory : record.cgroups()) {
      json.writeString(directory);
    }
    json.writeEndArray();
    PortRecord network = PortRecord.read(container.directory());
    writeTexts("addresses", network.addresses(), json);
    writeTexts("ports", network.ports(), json);
    writeLimits(new LimitRecord(container.directory()).read(), json);
    json.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : record.labels().entrySet()) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
    details.write(container, json);
    json.writeEndObject();
  }

  static void writeTexts(String field, ImmutableList<String> texts, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /** By option without its dashes: a word, or a list of an option that can be repeated. */
  private static void writeLimits(ImmutableListMultimap<String, String> limits, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("limits");
    for (String option : limits.keySet()) {
      String field = option.substring(2);
      if (LimitArguments.SINGLE.contains(option)) {
        json.writeStringField(field, Iterables.getLast(limits.get(option)));
        continue;
      }
      json.writeArrayFieldStart(field);
      for (String word : limits.get(option)) {
        json.writeString(word);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
