package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.argument.KnownWords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The records of all containers of one user. */
public final class ContainerStore {
  private static final String CONDITIONS = "conditions.json";

  /** Those of the container, for whoever removes them if its launcher cannot (sweep.c). */
  private static final String CGROUPS = "cgroups";

  /** Of the launcher (record.c), until the container's program runs. */
  private static final String STARTING = "starting";

  /** Before the process of a record that is being made. No container can be called so. */
  private static final String UNFINISHED = ".new-";

  private final Path directory;

  /**
   * @param directory of the records; made when the first one is
   */
  public ContainerStore(Path directory) {
    this.directory = directory;
  }

  /** Where the record of a container of that name is, or would be. */
  public Path place(String name) {
    return directory.resolve(name);
  }

  /**
   * The files of a record, texts by names, that are the same for every container that is started
   * so; {@link #create} adds those that tell one from another.
   *
   * @param surroundings for people to see
   * @param limits the words of {@link LimitRecord}
   * @param network where it will be
   */
  public static ImmutableMap<String, String> description(
      ContainerRecord record,
      Conditions conditions,
      Surroundings surroundings,
      ImmutableListMultimap<String, String> limits,
      PortRecord network,
      ImmutableMap<String, String> names)
      throws IOException {
    ImmutableMap.Builder<String, String> files = ImmutableMap.builder();
    files.put(RecordFiles.DESCRIPTION, text(RecordJson.write(record)));
    files.put(CONDITIONS, text(ConditionsJson.write(conditions)));
    files.put(Surroundings.FILE, text(SurroundingsJson.write(surroundings)));
    if (!record.cgroups().isEmpty()) {
      files.put(CGROUPS, String.join("\n", record.cgroups()) + "\n");
    }
    if (!limits.isEmpty()) {
      files.put(LimitRecord.FILE, text(LimitRecord.bytes(limits)));
    }
    if (!network.equals(PortRecord.NONE)) {
      files.put(PortRecord.FILE, network.text());
    }
    files.putAll(NameRecord.described(names));
    return files.buildOrThrow();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  /**
   * Takes a name.
   *
   * @param description of the record
   * @return the record's directory
   * @throws StateException if it is taken
   * @throws IOException with the directory's name if it cannot be written there
   */
  public Path create(ContainerRecord record, ImmutableMap<String, String> description)
      throws StateException, IOException {
    RecordsDirectory.make(directory, directory);
    Path place = place(record.name());
    Path unfinished =
        directory.resolve(
            UNFINISHED
                + record.launcher().pid()
                + "-"
                + record.launcher().start()
                + ProcessSpace.JOINT
                + record.space().text(ProcessSpace.JOINT));
    removeLeftOver(place);
    fill(unfinished, record, description);
    try {
      Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
      return place;
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      removeUnfinished(unfinished);
      throw taken(record.name());
    } catch (FileSystemException e) {
      removeUnfinished(unfinished);
      // rename(2) says ENOTEMPTY, for which the JDK has no exception when it moves atomically.
      if (Files.exists(place)) {
        throw taken(record.name());
      }
      throw e;
    }
  }

  private void fill(
      Path unfinished, ContainerRecord record, ImmutableMap<String, String> description)
      throws IOException {
    try {
      RecordsDirectory.makeOne(unfinished);
      for (Map.Entry<String, String> file : description.entrySet()) {
        Files.writeString(unfinished.resolve(file.getKey()), file.getValue());
      }
      NameRecord.makeReadable(unfinished);
      RecordFiles.write(unfinished, record);
    } catch (IOException e) {
      removeUnfinished(unfinished);
      String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
      throw new IOException(
          "cannot write the container's record in "
              + directory
              + (reason == null ? "" : ": " + reason)
              + "; make room there, or have JRUN_STATE_DIR name another directory",
          e);
    }
  }

  private static StateException taken(String name) {
    return new StateException(
        "container '" + name + "'",
        "is there already; remove it with 'jrun rm " + name + "' or choose another --name");
  }

  /** What nobody was left to remove. */
  private static void removeLeftOver(Path place) throws IOException {
    removeIf(place, ContainerStore::isLeftOver);
  }

  private static boolean isLeftOver(KnownContainer container) {
    return container.record().removed() && container.status() instanceof ContainerStatus.Dead;
  }

  /** The container, unless it was to go with its launcher and could not: then it goes now. */
  private static Optional<KnownContainer> unlessLeftOver(KnownContainer container)
      throws IOException {
    if (isLeftOver(container)) {
      removeLeftOver(container.directory());
      return Optional.empty();
    }
    return Optional.of(container);
  }

  /** All containers, the oldest first. What was to go with its launcher and could not goes now. */
  public ImmutableList<KnownContainer> containers() throws IOException {
    List<KnownContainer> containers = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (isUnfinished(entry)) {
          removeUnlessInWork(entry);
          continue;
        }
        Optional<KnownContainer> known = KnownContainer.read(entry);
        if (known.isPresent()) {
          known = unlessLeftOver(known.get());
          if (known.isPresent()) {
            containers.add(known.get());
          }
        }
      }
    } catch (NoSuchFileException e) {
      return ImmutableList.of(); // never was one
    }
    containers.sort(KnownContainer.BY_AGE);
    return ImmutableList.copyOf(containers);
  }

  /** The names of all that there are. Records are not read: one that is damaged has a name, too. */
  public ImmutableList<String> names() throws IOException {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (ContainerName.isOne(name)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return ImmutableList.of(); // never was one
    }
    return names.build();
  }

  /**
   * What another process of a container that runs needs to know.
   *
   * @throws StateException if the container is not ready for one
   */
  public static Conditions conditions(KnownContainer container) throws StateException, IOException {
    String subject = "container '" + container.record().name() + "'";
    // Until then its mounts are not its own yet.
    if (Files.exists(container.directory().resolve(STARTING))) {
      throw new StateException(subject, "is being started; try again");
    }
    return startedUnder(container)
        .orElseThrow(() -> new StateException(subject, "has ended meanwhile"));
  }

  /** The same of one that is being started, runs or has ended; empty if it has gone. */
  public static Optional<Conditions> startedUnder(KnownContainer container) throws IOException {
    Path file = container.directory().resolve(CONDITIONS);
    try {
      return Optional.of(RecordContent.ofBytes(file, ConditionsJson::read));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnfinished(Path entry) {
    return entry.getFileName().toString().startsWith(UNFINISHED);
  }

  private static void removeUnlessInWork(Path entry) throws IOException {
    String maker = entry.getFileName().toString().substring(UNFINISHED.length());
    int joint = maker.indexOf(ProcessSpace.JOINT);
    Optional<ProcessSpace> space =
        ProcessSpace.parse(maker.substring(Math.max(joint, 0)), ProcessSpace.JOINT);
    if (space.isEmpty()) {
      return; // nothing that we have written, or by a version that cannot be told from others'
    }
    ProcessIdentity process = ProcessIdentity.parse(maker.substring(0, joint).replace('-', ' '), 0);
    switch (space.get().relation(ProcessSpace.here())) {
      case SAME -> {
        if (!process.isAlive()) {
          removeUnfinished(entry);
        }
      }
      case PAST -> removeUnfinished(entry);
      case ELSEWHERE -> {}
    }
  }

  /**
   * The container with a name, or with an id that begins so.
   *
   * @throws UnknownContainerException if there is none
   * @throws StateException if several have such an id
   */
  public KnownContainer find(String text) throws StateException, IOException {
    Optional<KnownContainer> named = named(text);
    if (named.isPresent()) {
      return named.get();
    }
    List<KnownContainer> matching = text.isEmpty() ? List.of() : withId(text);
    if (matching.size() == 1) {
      return matching.get(0);
    }
    String subject = "container '" + text + "'";
    if (matching.isEmpty()) {
      throw new UnknownContainerException(
          subject,
          "there is none of this name or id; " + similar(text) + "'jrun ps -a' lists them");
    }
    throw new StateException(
        subject, matching.size() + " have an id that begins so; write more of it");
  }

  /** The name that was probably meant, as a question; empty if none is like that. */
  private String similar(String text) throws IOException {
    return new KnownWords(names())
        .nearest(text)
        .map(name -> "did you mean '" + name + "'? ")
        .orElse("");
  }

  /**
   * The container of a name, if there is one. A record is in a directory of its name: however many
   * there are, one is looked at.
   *
   * @throws IOException with the file's name if the record is damaged
   */
  public Optional<KnownContainer> named(String text) throws IOException {
    if (!ContainerName.isOne(text)) {
      return Optional.empty();
    }
    Path place = place(text);
    Optional<KnownContainer> known = KnownContainer.read(place);
    return known.isPresent() && known.get().record().name().equals(text)
        ? unlessLeftOver(known.get())
        : Optional.empty();
  }

  private List<KnownContainer> withId(String beginning) throws IOException {
    List<KnownContainer> matching = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!isUnfinished(entry) && hasId(entry, beginning)) {
          Optional<KnownContainer> known = KnownContainer.read(entry);
          if (known.isPresent() && known.get().record().id().startsWith(beginning)) {
            known = unlessLeftOver(known.get());
            if (known.isPresent()) {
              matching.add(known.get());
            }
          }
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // never was one
    }
    return matching;
  }

  private static boolean hasId(Path entry, String beginning) throws IOException {
    try {
      return RecordFiles.id(entry).startsWith(beginning);
    } catch (NoSuchFileException e) {
      return false; // it has gone meanwhile
    }
  }

  /**
   * Removes the record of a container that has ended.
   *
   * @return whether it had
   */
  public static boolean removeEnded(KnownContainer container) throws IOException {
    return removeIf(
        container.directory(),
        known ->
            known.record().id().equals(container.record().id())
                && (known.status() instanceof ContainerStatus.Exited
                    || known.status() instanceof ContainerStatus.Dead));
  }

  /**
   * The directory is opened before it is looked into by its name: should another record take its
   * place meanwhile, either that one is looked at, or only files of the old one are removed.
   */
  private static boolean removeIf(Path place, Predicate<KnownContainer> condition)
      throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
      Optional<KnownContainer> known = KnownContainer.read(place);
      if (known.isEmpty() || !condition.test(known.get())) {
        return false;
      }
      if (!(files instanceof SecureDirectoryStream<Path> opened)) {
        throw new IOException(place + ": this file system's directories cannot be held open");
      }
      for (Path file : opened) {
        opened.deleteFile(file.getFileName());
      }
    } catch (NoSuchFileException e) {
      return false;
    }
    removeEmpty(place);
    return true;
  }

  /** Gives a name back whose container will not start. */
  public static void removeUnstarted(Path place) throws IOException {
    removeUnfinished(place);
  }

  private static void removeEmpty(Path place) throws IOException {
    try {
      Files.deleteIfExists(place);
    } catch (DirectoryNotEmptyException e) {
      // Another container's already.
    }
  }

  private static void removeUnfinished(Path place) throws IOException {
    Files.deleteIfExists(place.resolve(LimitRecord.FILE));
    Files.deleteIfExists(place.resolve(PortRecord.FILE));
    NameRecord.remove(place);
    RecordFiles.remove(place);
    Files.deleteIfExists(place.resolve(CONDITIONS));
    Files.deleteIfExists(place.resolve(Surroundings.FILE));
    Files.deleteIfExists(place.resolve(CGROUPS));
    Files.deleteIfExists(place.resolve(RecordFiles.DESCRIPTION));
    Files.deleteIfExists(place);
  }
}
