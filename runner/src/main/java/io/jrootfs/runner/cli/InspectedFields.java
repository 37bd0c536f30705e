package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.state.Conditions;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.ContainerStore;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.PortRecord;
import io.jrootfs.runner.state.Surroundings;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What templates can tell of single containers, by the names that podman and docker have for it.
 */
final class InspectedFields {
  /** As Go prints a time (package time, {@code Time.String}). */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** And one that never was. */
  private static final String NO_TIME = "0001-01-01 00:00:00 +0000 UTC";

  /** Of {@code jrun inspect}. */
  static final ImmutableMap<String, Field<KnownContainer>> INSPECTED =
      ImmutableMap.<String, Field.Reader<KnownContainer>>builder()
          .put("Id", container -> container.record().id())
          .put("Name", container -> container.record().name())
          .put("ImageName", container -> container.record().image())
          .put("Created", container -> time(container.record().created()))
          .put("State.Status", container -> container.status().word())
          .put(
              "State.Running",
              container -> String.valueOf(container.status().word().equals("running")))
          .put(
              "State.Paused",
              container -> String.valueOf(container.status().word().equals("paused")))
          .put("State.Pid", ContainerFields::pid)
          .put("State.ExitCode", ContainerFields::exitCode)
          .put(
              "State.StartedAt",
              container -> container.started().map(InspectedFields::time).orElse(NO_TIME))
          .put("State.FinishedAt", InspectedFields::finished)
          .put("Path", container -> container.record().command().get(0))
          .put(
              "Args",
              container ->
                  list(
                      container.record().command().subList(1, container.record().command().size())))
          .put("Config.Cmd", container -> list(container.record().command()))
          .put("Config.Env", kept(conditions -> list(conditions.env())))
          .put("Config.Tty", kept(conditions -> String.valueOf(conditions.terminal())))
          .put("Config.WorkingDir", kept(Conditions::cwd))
          .put(
              "Config.Hostname",
              container -> Surroundings.read(container).map(Surroundings::hostname).orElse(""))
          .put(
              "BoundingCaps",
              kept(conditions -> list(InspectedJson.names(conditions.capabilities()))))
          .put(
              "HostConfig.ReadonlyRootfs",
              container ->
                  Surroundings.read(container)
                      .map(found -> String.valueOf(found.readOnlyRoot()))
                      .orElse(""))
          .put("Config.Labels", ContainerFields::labels)
          .put("Config.StopSignal", container -> String.valueOf(container.record().stopSignal()))
          .put("Config.StopTimeout", container -> String.valueOf(container.record().stopTimeout()))
          .put(
              "NetworkSettings.IPAddress",
              container ->
                  PortRecord.read(container.directory()).addresses().stream()
                      .filter(address -> address.indexOf(':') < 0)
                      .findFirst()
                      .orElse(""))
          .buildOrThrow()
          .entrySet()
          .stream()
          .collect(
              ImmutableMap.toImmutableMap(
                  entry -> entry.getKey(), entry -> new Field<>("", entry.getValue())));

  private InspectedFields() {}

  /** As Go prints it. */
  static String time(Instant time) {
    return TIME.format(time);
  }

  /** Of what it was started under; nothing where nobody knows. */
  private static Field.Reader<KnownContainer> kept(Function<Conditions, String> value) {
    return container -> ContainerStore.startedUnder(container).map(value).orElse("");
  }

  /** As Go prints it. */
  private static String list(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }

  private static String finished(KnownContainer container) {
    return container.status() instanceof ContainerStatus.Exited exited
        ? time(exited.when())
        : NO_TIME;
  }
}
