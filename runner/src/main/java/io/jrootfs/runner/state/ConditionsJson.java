package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@link Conditions} as JSON and back. Ours alone: an object of single values and of lists of
 * single values; what has several parts takes as many places of a list.
 */
final class ConditionsJson {
  private ConditionsJson() {}

  static byte[] write(Conditions conditions) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeBooleanField("terminal", conditions.terminal());
      json.writeBooleanField("input", conditions.input());
      list(json, "env", conditions.env());
      json.writeStringField("cwd", conditions.cwd());
      json.writeNumberField("uid", conditions.uid());
      json.writeNumberField("gid", conditions.gid());
      list(json, "groups", conditions.groups());
      json.writeNumberField("umask", conditions.umask());
      json.writeNumberField("capabilities", conditions.capabilities());
      json.writeNumberField("ambient", conditions.ambient());
      json.writeBooleanField("noNewPrivileges", conditions.noNewPrivileges());
      ImmutableList.Builder<Object> limits = ImmutableList.builder();
      conditions
          .limits()
          .forEach(
              limit -> limits.add(limit.resource(), limit.soft(), limit.hard(), limit.raised()));
      list(json, "limits", limits.build());
      list(
          json,
          "oomScoreAdj",
          conditions.oomScoreAdj().stream().boxed().collect(ImmutableList.toImmutableList()));
      list(json, "seccomp", conditions.seccomp().asList());
      json.writeNumberField("seccompFlags", conditions.seccompFlags());
      ImmutableList.Builder<Object> cgroups = ImmutableList.builder();
      conditions.cgroups().forEach(cgroup -> cgroups.add(cgroup.version(), cgroup.directory()));
      list(json, "cgroups", cgroups.build());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void list(JsonGenerator json, String name, List<?> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (Object value : values) {
      json.writeString(value.toString());
    }
    json.writeEndArray();
  }

  /**
   * @throws IOException if it is nothing that {@link #write} has written
   */
  static Conditions read(byte[] bytes) throws IOException {
    JsonFields fields = JsonFields.parse(bytes);
    try {
      return new Conditions(
          Boolean.parseBoolean(fields.text("terminal")),
          Boolean.parseBoolean(fields.text("input")),
          fields.list("env"),
          fields.text("cwd"),
          fields.number("uid"),
          fields.number("gid"),
          numbers(fields.list("groups")),
          (int) fields.number("umask"),
          fields.number("capabilities"),
          fields.number("ambient"),
          Boolean.parseBoolean(fields.text("noNewPrivileges")),
          limits(fields.list("limits")),
          first(fields.list("oomScoreAdj")),
          ImmutableLongArray.copyOf(numbers(fields.list("seccomp"))),
          (int) fields.number("seccompFlags"),
          cgroups(fields.list("cgroups")));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("a value is none of its kind: " + e.getMessage(), e);
    }
  }

  private static ImmutableList<Long> numbers(ImmutableList<String> texts) {
    ImmutableList.Builder<Long> numbers = ImmutableList.builderWithExpectedSize(texts.size());
    for (String text : texts) {
      numbers.add(Long.valueOf(text));
    }
    return numbers.build();
  }

  private static OptionalInt first(ImmutableList<String> texts) {
    return texts.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(texts.get(0)));
  }

  private static ImmutableList<Conditions.Limit> limits(List<String> texts) {
    ImmutableList.Builder<Conditions.Limit> limits = ImmutableList.builder();
    for (int i = 0; i < texts.size(); i += 4) {
      limits.add(
          new Conditions.Limit(
              texts.get(i),
              Long.parseLong(texts.get(i + 1)),
              Long.parseLong(texts.get(i + 2)),
              Boolean.parseBoolean(texts.get(i + 3))));
    }
    return limits.build();
  }

  private static ImmutableList<Conditions.Cgroup> cgroups(List<String> texts) {
    ImmutableList.Builder<Conditions.Cgroup> cgroups = ImmutableList.builder();
    for (int i = 0; i < texts.size(); i += 2) {
      cgroups.add(new Conditions.Cgroup(Integer.parseInt(texts.get(i)), texts.get(i + 1)));
    }
    return cgroups.build();
  }
}
