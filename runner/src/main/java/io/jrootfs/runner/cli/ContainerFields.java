package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** What templates can tell of containers, by the names that podman and docker have for it. */
final class ContainerFields {
  /** Longer commands are cut in lists. */
  private static final int MAX_COMMAND = 30;

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

  /**
   * A container in a list.
   *
   * @param isWhole whether ids and commands are not cut
   * @param now what ages are counted to
   */
  record Listed(KnownContainer container, boolean isWhole, Instant now) {}

  /** Of {@code jrun ps}. */
  static final ImmutableMap<String, Field<Listed>> LISTED =
      ImmutableMap.<String, Field<Listed>>builder()
          .put("ID", new Field<>("CONTAINER ID", ContainerFields::id))
          .put("Image", new Field<>("IMAGE", listed -> listed.container.record().image()))
          .put("Command", new Field<>("COMMAND", ContainerFields::command))
          .put(
              "CreatedAt",
              new Field<>("CREATED AT", listed -> TIME.format(created(listed.container))))
          .put(
              "RunningFor",
              new Field<>("CREATED", listed -> Ages.ago(created(listed.container), listed.now)))
          .put("Status", new Field<>("STATUS", ContainerFields::status))
          .put("State", new Field<>("STATE", listed -> listed.container.status().word()))
          .put(
              "Ports",
              new Field<>("PORTS", listed -> String.join(", ", network(listed.container).ports())))
          .put("Names", new Field<>("NAMES", listed -> listed.container.record().name()))
          .put("Labels", new Field<>("LABELS", listed -> labels(listed.container)))
          .put("Pid", new Field<>("PID", listed -> pid(listed.container)))
          .put("ExitCode", new Field<>("EXIT CODE", listed -> exitCode(listed.container)))
          .buildOrThrow();

  /** Of {@code jrun inspect}. */
  static final ImmutableMap<String, Field<KnownContainer>> INSPECTED =
      ImmutableMap.<String, Field.Reader<KnownContainer>>builder()
          .put("Id", container -> container.record().id())
          .put("Name", container -> container.record().name())
          .put("ImageName", container -> container.record().image())
          .put("Created", container -> TIME.format(created(container)))
          .put("State.Status", container -> container.status().word())
          .put(
              "State.Running",
              container -> String.valueOf(container.status().word().equals("running")))
          .put(
              "State.Paused",
              container -> String.valueOf(container.status().word().equals("paused")))
          .put("State.Pid", ContainerFields::pid)
          .put("State.ExitCode", ContainerFields::exitCode)
          .put("State.FinishedAt", ContainerFields::finished)
          .put("Config.Labels", ContainerFields::labels)
          .put("Config.StopSignal", container -> String.valueOf(container.record().stopSignal()))
          .put("Config.StopTimeout", container -> String.valueOf(container.record().stopTimeout()))
          .put(
              "NetworkSettings.IPAddress",
              container ->
                  network(container).addresses().stream()
                      .filter(address -> address.indexOf(':') < 0)
                      .findFirst()
                      .orElse(""))
          .buildOrThrow()
          .entrySet()
          .stream()
          .collect(
              ImmutableMap.toImmutableMap(
                  entry -> entry.getKey(), entry -> new Field<>("", entry.getValue())));

  private ContainerFields() {}

  private static Instant created(KnownContainer container) {
    return container.record().created();
  }

  private static PortRecord network(KnownContainer container) throws IOException {
    return PortRecord.read(container.directory());
  }

  private static String id(Listed listed) {
    return listed.isWhole ? listed.container.record().id() : listed.container.record().shortId();
  }

  private static String command(Listed listed) {
    String command = String.join(" ", listed.container.record().command());
    return listed.isWhole || command.length() <= MAX_COMMAND
        ? command
        : command.substring(0, MAX_COMMAND - 1) + "…";
  }

  private static String status(Listed listed) {
    ContainerStatus status = listed.container.status();
    if (status instanceof ContainerStatus.Exited exited) {
      return "Exited (" + exited.status() + ") " + Ages.ago(exited.when(), listed.now);
    }
    if (status instanceof ContainerStatus.Running running) {
      return "Up "
          + Ages.age(created(listed.container), listed.now)
          + (running.paused() ? " (Paused)" : "");
    }
    return status instanceof ContainerStatus.Starting ? "Starting" : "Dead";
  }

  /** As Go prints a map: {@code map[a:b tier:front]}. */
  private static String labels(KnownContainer container) {
    ImmutableSortedMap<String, String> labels = container.record().labels();
    StringBuilder text = new StringBuilder("map[");
    labels.forEach(
        (key, value) ->
            text.append(text.length() > 4 ? " " : "").append(key).append(':').append(value));
    return text.append(']').toString();
  }

  /** Of its first process; 0 of one that does not run. */
  private static String pid(KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running running
        ? String.valueOf(running.first().pid())
        : "0";
  }

  /** 0 of one that has not ended, as in podman; nothing where nobody knows. */
  private static String exitCode(KnownContainer container) {
    ContainerStatus status = container.status();
    if (status instanceof ContainerStatus.Exited exited) {
      return String.valueOf(exited.status());
    }
    return status.isUp() ? "0" : "";
  }

  private static String finished(KnownContainer container) {
    return container.status() instanceof ContainerStatus.Exited exited
        ? TIME.format(exited.when())
        : NO_TIME;
  }
}
