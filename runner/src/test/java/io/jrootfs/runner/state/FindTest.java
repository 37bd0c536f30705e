package io.jrootfs.runner.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A container is found by its name or the beginning of its id, whatever else is there. */
class FindTest {
  @TempDir Path directory;
  private ContainerStore store;

  private Path create(String name, String idBegin, boolean removed, ProcessIdentity launcher)
      throws Exception {
    ContainerRecord record =
        new ContainerRecord(
            idBegin + "0".repeat(64 - idBegin.length()),
            name,
            "image",
            ImmutableList.of("sh", "", "-c"),
            Instant.EPOCH,
            ImmutableSortedMap.of("a", "\"\n"),
            15,
            10,
            removed,
            launcher,
            ProcessSpace.here(),
            ImmutableList.of());
    return store.create(
        record,
        ContainerStore.description(
            record,
            ConditionsTest.LEAST,
            ConditionsTest.SURROUNDINGS,
            ImmutableListMultimap.of(),
            PortRecord.NONE,
            ImmutableMap.of()));
  }

  @BeforeEach
  void make() throws Exception {
    store = new ContainerStore(directory);
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
    create("web", "abc1", false, self);
    create("db", "abc2", false, self);
    // Called as the other's id begins: names go first.
    create("abc1", "def", false, self);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db", "abc2", "abc20"})
  void nameAndBeginningOfIdFind(String text) throws Exception {
    KnownContainer found = store.find(text);
    assertThat(found.record().name()).isEqualTo("db");
    assertThat(found.record().command()).containsExactly("sh", "", "-c");
    assertThat(found.record().labels()).containsExactly(java.util.Map.entry("a", "\"\n"));
    assertThat(found.status()).isEqualTo(new ContainerStatus.Starting());
  }

  @Test
  void nameGoesBeforeId() throws Exception {
    assertThat(store.find("abc1").record().id()).startsWith("def");
  }

  @Test
  void idThatIsNotEnoughIsSaid() {
    assertThatThrownBy(() -> store.find("abc"))
        .isInstanceOf(StateException.class)
        .hasMessage("container 'abc': 2 have an id that begins so; write more of it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../web", "./web", ".new-1-1", "x", "\n"})
  void whatIsNoNameIsNoPathEither(String text) {
    assertThatThrownBy(() -> store.find(text))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "container '%s': there is none of this name or id; 'jrun ps -a' lists them", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WEB", "web/", "wb", "wbe"})
  void nameThatIsMeantIsAskedFor(String text) {
    assertThatThrownBy(() -> store.find(text))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "container '%s': there is none of this name or id; did you mean 'web'? 'jrun ps -a' lists"
                + " them",
            text);
  }

  /** One whose disk was full or was written by somebody else is not in the way of the others. */
  @Test
  void damagedRecordIsMetByItsNameAndByTheListAlone() throws Exception {
    Files.writeString(directory.resolve("db/container.json"), "{\"id\":\"abc");
    assertThat(store.find("web").record().name()).isEqualTo("web");
    for (String text : ImmutableList.of("db", "abc2")) {
      assertThatThrownBy(() -> store.find(text)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> store.containers()).isInstanceOf(IOException.class);
  }

  private static void assertDamaged(Path file, String what, ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("%s: %s", file, what)
        .hasMessageEndingWith(
            "; this record is damaged: if nothing of its container runs, remove the directory %s",
            file.getParent());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "container.json, {}, has no 'id'",
        "container.json, web, is no JSON as records have it: ",
        "launcher, 17, '17' names no process",
        "launcher, 1 2 3, '1 2 3' says not where it is",
        "processes, 1 2, '1 2' names no process",
        "end, well, 'well' is no exit status",
      })
  void fileThatIsDamagedIsNamed(String name, String content, String what) throws Exception {
    Path file = Files.writeString(directory.resolve("db").resolve(name), content);
    assertDamaged(file, what, () -> store.find("db"));
    assertDamaged(file, what, () -> store.containers());
  }

  @Test
  void fileBesideItThatIsDamagedIsNamed() throws Exception {
    KnownContainer db = store.find("db");
    Path record = db.directory();
    String what = "is no JSON as records have it: ";
    assertDamaged(
        Files.writeString(record.resolve("conditions.json"), "{"),
        what,
        () -> ContainerStore.startedUnder(db));
    assertDamaged(
        Files.writeString(record.resolve("surroundings.json"), "{"),
        what,
        () -> Surroundings.read(db));
    assertDamaged(
        Files.writeString(record.resolve("limits.json"), "{"),
        what,
        () -> new LimitRecord(record).read());
  }

  @Test
  void againItIsTheSameOneOrNone() throws Exception {
    KnownContainer db = store.find("db");
    assertThat(db.again()).contains(db);
    Files.move(directory.resolve("db"), directory.resolve("old"));
    assertThat(db.again()).isEmpty();
    create("db", "eee", false, ProcessIdentity.of(ProcessHandle.current().pid()));
    assertThat(db.again()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone", "eee"})
  void whatWasToGoWithItsLauncherGoes(String text) throws Exception {
    // Nobody started at the machine's start has a number that this process could have.
    Path record =
        create("gone", "eee", true, new ProcessIdentity(ProcessHandle.current().pid(), 1));
    assertThatThrownBy(() -> store.find(text))
        .isInstanceOf(StateException.class)
        .hasMessage(
            "container '%s': there is none of this name or id; 'jrun ps -a' lists them", text);
    assertThat(record).doesNotExist();
  }

  @Test
  void withoutAnyThereIsNone() {
    assertThatThrownBy(() -> new ContainerStore(directory.resolve("none")).find("abc"))
        .isInstanceOf(StateException.class);
  }
}
