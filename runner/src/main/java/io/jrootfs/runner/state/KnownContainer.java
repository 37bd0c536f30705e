package io.jrootfs.runner.state;

import io.jrootfs.runner.cgroup.Freezer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container as its record shows it at one moment.
 *
 * @param directory its record
 * @param record what was known before it started
 * @param status what it was doing
 */
public record KnownContainer(Path directory, ContainerRecord record, ContainerStatus status) {
  /** The oldest first. */
  public static final Comparator<KnownContainer> BY_AGE =
      Comparator.comparing((KnownContainer one) -> one.record().created())
          .thenComparing(one -> one.record().name());

  /** Of the launcher (record.c): which processes it is. */
  private static final String PROCESSES = "processes";

  /** Looks at a record; empty if there is none, or if it goes away meanwhile. */
  static Optional<KnownContainer> read(Path directory) throws IOException {
    try {
      ContainerRecord record = RecordFiles.read(directory);
      return Optional.of(new KnownContainer(directory, record, status(directory, record)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** When its first process began; empty if it has not. */
  public Optional<Instant> started() throws IOException {
    try {
      // Written once, when there is one.
      return Optional.of(Files.getLastModifiedTime(directory.resolve(PROCESSES)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** A file that is there and stays as it is as long as the record is there. */
  public Path recordFile() {
    return directory.resolve(RecordFiles.DESCRIPTION);
  }

  /** The same container as it is now; empty if its record has gone, or is another's by now. */
  public Optional<KnownContainer> again() throws IOException {
    return read(directory).filter(now -> now.record.id().equals(record.id()));
  }

  /** The end first: whoever has written it may be gone by the time we look at processes. */
  private static ContainerStatus status(Path directory, ContainerRecord record) throws IOException {
    Optional<ContainerStatus> end = end(directory);
    if (end.isPresent()) {
      return end.get();
    }
    ProcessSpace.Relation relation = record.space().relation(ProcessSpace.here());
    if (relation != ProcessSpace.Relation.SAME) {
      return relation == ProcessSpace.Relation.PAST
          ? new ContainerStatus.Dead(true)
          : new ContainerStatus.Elsewhere();
    }
    Optional<Processes> processes = processes(directory.resolve(PROCESSES));
    if (processes.isPresent()) {
      ProcessIdentity launcher = processes.get().launcher;
      if (launcher.isAlive()) {
        Optional<Freezer> freezer = Freezer.of(record.cgroups());
        boolean paused = freezer.isPresent() && freezer.get().isAsked();
        return new ContainerStatus.Running(processes.get().first, launcher, paused);
      }
    } else if (record.launcher().isAlive()) {
      return new ContainerStatus.Starting();
    }
    // It may have ended, or gone on to its next stage, between the two looks.
    Optional<ContainerStatus> later = end(directory);
    return later.isPresent() ? later.get() : new ContainerStatus.Dead(false);
  }

  private static Optional<ContainerStatus> end(Path directory) throws IOException {
    Path file = directory.resolve("end");
    try {
      OptionalInt status = RecordContent.ofText(file, KnownContainer::exitStatus);
      return status.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ContainerStatus.Exited(
                  status.getAsInt(), Files.getLastModifiedTime(file).toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Blank as long as it has none. */
  private static OptionalInt exitStatus(String end) throws IOException {
    try {
      return end.isBlank() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(end.strip()));
    } catch (NumberFormatException e) {
      throw new IOException("'" + end.strip() + "' is no exit status", e);
    }
  }

  /** The container's first process, and its launcher behind it in the file. */
  private record Processes(ProcessIdentity first, ProcessIdentity launcher) {}

  private static Optional<Processes> processes(Path file) throws IOException {
    try {
      return Optional.of(
          RecordContent.ofText(
              file,
              text ->
                  new Processes(ProcessIdentity.parse(text, 0), ProcessIdentity.parse(text, 2))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
