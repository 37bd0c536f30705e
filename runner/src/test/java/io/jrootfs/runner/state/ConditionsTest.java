package io.jrootfs.runner.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept for those who enter a container comes back as it was. */
class ConditionsTest {
  private static final Conditions FULL =
      new Conditions(
          true,
          true,
          ImmutableList.of("A=\"x\"\n", "B=ü", "C="),
          "/work dir",
          4_294_967_294L,
          1001,
          ImmutableList.of(7L, 4_294_967_294L),
          0777,
          Long.MIN_VALUE,
          1L << 40,
          true,
          ImmutableList.of(
              new Conditions.Limit("nofile", 10, -1, true),
              new Conditions.Limit("core", 0, 0, false)),
          OptionalInt.of(-1000),
          ImmutableLongArray.of(6, -1, Long.MAX_VALUE),
          3,
          ImmutableList.of(
              new Conditions.Cgroup(1, "/sys/fs/cgroup/cpu/a"),
              new Conditions.Cgroup(2, "/sys/fs/cgroup/b:c")));

  static final Surroundings SURROUNDINGS =
      new Surroundings(
          "web",
          true,
          ImmutableList.of(
              new Surroundings.Place("/proc", "proc", "", "nosuid,nodev,noexec"),
              new Surroundings.Place("/a b", "bind", "/host,\"x\"", "")),
          ImmutableSortedMap.of("net", "/proc/1/ns/net", "pid", "private"),
          ImmutableList.of("0 1000 1", "1 100000 65536"),
          ImmutableList.of(),
          ImmutableList.of("/proc/kcore"),
          ImmutableList.of("/proc/sys"),
          ImmutableSortedMap.of("net.ipv4.ip_forward", "1"));

  static final Conditions LEAST =
      new Conditions(
          false,
          false,
          ImmutableList.of(),
          "/",
          0,
          0,
          ImmutableList.of(),
          0,
          0,
          0,
          false,
          ImmutableList.of(),
          OptionalInt.empty(),
          ImmutableLongArray.of(),
          0,
          ImmutableList.of());

  @Test
  void whatIsWrittenIsRead() throws IOException {
    assertThat(ConditionsJson.read(ConditionsJson.write(FULL))).isEqualTo(FULL);
    assertThat(ConditionsJson.read(ConditionsJson.write(LEAST))).isEqualTo(LEAST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"terminal\":true", "{\"terminal\":true}"})
  void whatIsNoneOfOursIsRefused(String text) {
    assertThatThrownBy(() -> ConditionsJson.read(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void valueOfAnotherKindIsRefused() throws IOException {
    String text = new String(ConditionsJson.write(FULL), StandardCharsets.UTF_8);
    assertThatThrownBy(
            () ->
                ConditionsJson.read(
                    text.replace("\"nofile\",\"10\"", "\"nofile\",\"ten\"")
                        .getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ten");
  }

  @Test
  void containerIsNotReadyWhileItIsStartedAndGoneWhenItHasEnded(@TempDir Path directory)
      throws Exception {
    ContainerStore store = new ContainerStore(directory);
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
    ContainerRecord record =
        new ContainerRecord(
            "0".repeat(64),
            "web",
            "image",
            ImmutableList.of("sh"),
            Instant.EPOCH,
            ImmutableSortedMap.of(),
            15,
            10,
            true,
            self,
            ProcessSpace.here(),
            ImmutableList.of());
    Path place =
        store.create(
            record,
            ContainerStore.description(
                record,
                FULL,
                SURROUNDINGS,
                ImmutableListMultimap.of(),
                PortRecord.NONE,
                ImmutableMap.of()));
    KnownContainer container = store.find("web");
    assertThat(Surroundings.read(container)).contains(SURROUNDINGS);
    assertThat(container.started()).isEmpty();
    assertThat(ContainerStore.conditions(container)).isEqualTo(FULL);
    Path starting = Files.createFile(place.resolve("starting"));
    assertThatThrownBy(() -> ContainerStore.conditions(container))
        .isInstanceOf(StateException.class)
        .hasMessage("container 'web': is being started; try again");
    Files.delete(starting);
    ContainerStore.removeUnstarted(place);
    assertThat(directory).isEmptyDirectory();
    assertThatThrownBy(() -> ContainerStore.conditions(container))
        .isInstanceOf(StateException.class)
        .hasMessage("container 'web': has ended meanwhile");
  }
}
