package io.jrootfs.runner.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.capability.Capability;
import io.jrootfs.runner.capability.CapabilitySet;
import io.jrootfs.runner.state.Conditions;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.Surroundings;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code jrun inspect} tells of a container and {@code jrun ps} does not; see INSPECT.md. */
final class InspectedJson {
  private static final Splitter COMMAS = Splitter.on(',').omitEmptyStrings();

  private InspectedJson() {}

  static void write(KnownContainer container, JsonGenerator json) throws IOException {
    if (container.started().isPresent()) {
      json.writeStringField("started", container.started().get().toString());
    }
    Optional<Conditions> conditions = ContainerStore.startedUnder(container);
    Optional<Surroundings> surroundings = Surroundings.read(container);
    if (conditions.isPresent()) {
      writeProcess(conditions.get(), json);
    }
    if (surroundings.isPresent()) {
      writePlace(surroundings.get(), json);
    }
    if (conditions.isPresent()) {
      writeSecurity(conditions.get(), surroundings, json);
    }
  }

  private static void writeProcess(Conditions conditions, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("process");
    json.writeBooleanField("terminal", conditions.terminal());
    json.writeNumberField("uid", conditions.uid());
    json.writeNumberField("gid", conditions.gid());
    json.writeArrayFieldStart("groups");
    for (long group : conditions.groups()) {
      json.writeNumber(group);
    }
    json.writeEndArray();
    json.writeStringField("umask", String.format(Locale.ROOT, "%04o", conditions.umask()));
    json.writeStringField("workingDirectory", conditions.cwd());
    ContainersJson.writeTexts("environment", conditions.env(), json);
    json.writeObjectFieldStart("resourceLimits");
    for (Conditions.Limit limit : conditions.limits()) {
      json.writeObjectFieldStart(limit.resource());
      json.writeNumberField("soft", limit.soft());
      json.writeNumberField("hard", limit.hard());
      json.writeEndObject();
    }
    json.writeEndObject();
    if (conditions.oomScoreAdj().isPresent()) {
      json.writeNumberField("oomScoreAdjustment", conditions.oomScoreAdj().getAsInt());
    }
    json.writeEndObject();
  }

  private static void writePlace(Surroundings surroundings, JsonGenerator json) throws IOException {
    json.writeStringField("hostname", surroundings.hostname());
    json.writeBooleanField("readOnlyRoot", surroundings.readOnlyRoot());
    json.writeArrayFieldStart("mounts");
    for (Surroundings.Place mount : surroundings.mounts()) {
      json.writeStartObject();
      json.writeStringField("destination", mount.destination());
      json.writeStringField("type", mount.type());
      if (!mount.source().isEmpty()) {
        json.writeStringField("source", mount.source());
      }
      ContainersJson.writeTexts(
          "options", ImmutableList.copyOf(COMMAS.split(mount.options())), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    writeObject("namespaces", surroundings.namespaces(), json);
    json.writeObjectFieldStart("idMappings");
    ContainersJson.writeTexts("uid", maps(surroundings.uidMap()), json);
    ContainersJson.writeTexts("gid", maps(surroundings.gidMap()), json);
    json.writeEndObject();
    writeObject("sysctls", surroundings.sysctls(), json);
  }

  /** As --uidmap takes them. */
  private static ImmutableList<String> maps(ImmutableList<String> lines) {
    return lines.stream()
        .map(line -> line.replace(' ', ':'))
        .collect(ImmutableList.toImmutableList());
  }

  private static void writeObject(
      String field, ImmutableMap<String, String> members, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> member : members.entrySet()) {
      json.writeStringField(member.getKey(), member.getValue());
    }
    json.writeEndObject();
  }

  private static void writeSecurity(
      Conditions conditions, Optional<Surroundings> surroundings, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("security");
    ContainersJson.writeTexts("capabilities", names(conditions.capabilities()), json);
    ContainersJson.writeTexts("ambientCapabilities", names(conditions.ambient()), json);
    json.writeBooleanField("noNewPrivileges", conditions.noNewPrivileges());
    json.writeStringField("seccomp", conditions.seccomp().isEmpty() ? "unconfined" : "filter");
    if (surroundings.isPresent()) {
      ContainersJson.writeTexts("maskedPaths", surroundings.get().maskedPaths(), json);
      ContainersJson.writeTexts("readOnlyPaths", surroundings.get().readOnlyPaths(), json);
    }
    json.writeEndObject();
  }

  /** As podman has them, in the order of the alphabet. */
  static ImmutableList<String> names(long capabilities) {
    return CapabilitySet.ofMask(capabilities).capabilities().stream()
        .map(Capability::name)
        .map(name -> "CAP_" + name)
        .sorted()
        .collect(ImmutableList.toImmutableList());
  }
}
