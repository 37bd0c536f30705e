package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.runner.state.ContainerStatus;
import io.jrootfs.runner.state.KnownContainer;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;
import java.time.Instant;

/**
 * What templates can tell of containers in a list, by the names that podman and docker have for it.
 */
final class ContainerFields {
  /** Longer commands are cut in lists. */
  private static final int MAX_COMMAND = 30;

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
          .put("ID", listed("CONTAINER ID", "ID"))
          .put("Image", listed("IMAGE", "Image"))
          .put("Command", listed("COMMAND", "Command"))
          .put("CreatedAt", listed("CREATED AT", "CreatedAt"))
          .put("StartedAt", listed("STARTED AT", "StartedAt"))
          .put("RunningFor", listed("CREATED", "RunningFor"))
          .put("Status", listed("STATUS", "Status"))
          .put("State", listed("STATE", "State"))
          .put("Ports", listed("PORTS", "Ports"))
          .put("Names", listed("NAMES", "Names"))
          .put("Labels", listed("LABELS", "Labels"))
          .put("Pid", listed("PID", "Pid"))
          .put("ExitCode", listed("EXIT CODE", "ExitCode"))
          .buildOrThrow();

  private ContainerFields() {}

  private static Field<Listed> listed(String heading, String name) {
    return new Field<>(heading, new ListedReader(name));
  }

  /** One class for all of them: a lambda for each would cost {@code jrun ps} as much as reading. */
  private record ListedReader(String name) implements Field.Reader<Listed> {
    @Override
    public String of(Listed listed) throws IOException {
      KnownContainer container = listed.container;
      return switch (name) {
        case "ID" -> id(listed);
        case "Image" -> container.record().image();
        case "Command" -> command(listed);
        case "CreatedAt" -> InspectedFields.time(created(container));
        case "StartedAt" -> container.started().map(ContainerFields::seconds).orElse("0");
        case "RunningFor" -> Ages.ago(created(container), listed.now);
        case "Status" -> status(listed);
        case "State" -> container.status().word();
        case "Ports" -> String.join(", ", PortRecord.read(container.directory()).ports());
        case "Names" -> container.record().name();
        case "Labels" -> labels(container);
        case "Pid" -> pid(container);
        case "ExitCode" -> exitCode(container);
        default -> throw new IllegalStateException(name);
      };
    }
  }

  private static Instant created(KnownContainer container) {
    return container.record().created();
  }

  /** Since 1970, which is what podman prints in lists. */
  private static String seconds(Instant time) {
    return String.valueOf(time.getEpochSecond());
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
    if (status instanceof ContainerStatus.Elsewhere) {
      return "Elsewhere";
    }
    return status instanceof ContainerStatus.Starting ? "Starting" : "Dead";
  }

  /** As Go prints a map: {@code map[a:b tier:front]}. */
  static String labels(KnownContainer container) {
    ImmutableSortedMap<String, String> labels = container.record().labels();
    StringBuilder text = new StringBuilder("map[");
    labels.forEach(
        (key, value) ->
            text.append(text.length() > 4 ? " " : "").append(key).append(':').append(value));
    return text.append(']').toString();
  }

  /** Of its first process; 0 of one that does not run. */
  static String pid(KnownContainer container) {
    return container.status() instanceof ContainerStatus.Running running
        ? String.valueOf(running.first().pid())
        : "0";
  }

  /** 0 of one that has not ended, as in podman; nothing where nobody knows. */
  static String exitCode(KnownContainer container) {
    ContainerStatus status = container.status();
    if (status instanceof ContainerStatus.Exited exited) {
      return String.valueOf(exited.status());
    }
    return status.isUp() && !(status instanceof ContainerStatus.Elsewhere) ? "0" : "";
  }
}
