package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.bundle.OwnerMode;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachePlaceTest {
  @Test
  void rootHasTheSystemsCache() throws Exception {
    assertThat(CachePlace.of(ImmutableMap.of("HOME", "/root", "XDG_CACHE_HOME", "/x"), true))
        .isEqualTo(Path.of("/var/cache/jrun"));
  }

  @Test
  void ordinaryUserHasTheUsersCache() throws Exception {
    assertThat(CachePlace.of(ImmutableMap.of("HOME", "/home/u", "XDG_CACHE_HOME", "/x"), false))
        .isEqualTo(Path.of("/x/jrun"));
    assertThat(CachePlace.of(ImmutableMap.of("HOME", "/home/u"), false))
        .isEqualTo(Path.of("/home/u/.cache/jrun"));
  }

  @Test
  void relativeXdgDirectoryIsIgnored() throws Exception {
    assertThat(CachePlace.of(ImmutableMap.of("HOME", "/home/u", "XDG_CACHE_HOME", "x"), false))
        .isEqualTo(Path.of("/home/u/.cache/jrun"));
  }

  @Test
  void variableWinsUnlessEmpty() throws Exception {
    assertThat(CachePlace.of(ImmutableMap.of("JRUN_CACHE_DIR", "/mine"), true))
        .isEqualTo(Path.of("/mine"));
    assertThat(CachePlace.of(ImmutableMap.of("JRUN_CACHE_DIR", ""), true))
        .isEqualTo(Path.of("/var/cache/jrun"));
  }

  @Test
  void nowhereToCacheSaysWhatToSet() {
    assertThatThrownBy(() -> CachePlace.of(ImmutableMap.of(), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("JRUN_CACHE_DIR");
  }

  @Test
  void ownersAreSetOnlyWhereThereIsMoreThanRoot() {
    IdMapping single = new IdMapping(0, 1000, 1);
    IdMapping range = new IdMapping(1, 100_000, 65_536);
    assertThat(CachePlace.owners(IdMappings.IDENTITY).maxId()).isEqualTo(0xffff_fffeL);
    assertThat(
            CachePlace.owners(new IdMappings(ImmutableList.of(single), ImmutableList.of(single))))
        .isEqualTo(new OwnerMode(false, 0, "owned by root"));
    OwnerMode ranges =
        CachePlace.owners(
            new IdMappings(
                ImmutableList.of(range, single),
                ImmutableList.of(single, new IdMapping(1, 100_000, 10))));
    assertThat(ranges.setsOwners()).isTrue();
    assertThat(ranges.maxId()).isEqualTo(10);
  }

  @Test
  void anotherMappingIsAnotherTree() {
    IdMapping single = new IdMapping(0, 1000, 1);
    ImmutableList<IdMapping> one = ImmutableList.of(single, new IdMapping(1, 100_000, 100));
    ImmutableList<IdMapping> two = ImmutableList.of(single, new IdMapping(1, 200_000, 100));
    assertThat(CachePlace.owners(new IdMappings(one, two)).description())
        .isNotEqualTo(CachePlace.owners(new IdMappings(two, one)).description());
  }

  @TempDir Path work;

  @Test
  void kernelsMapIsRead() throws IOException {
    Path map =
        Files.writeString(
            work.resolve("uid_map"),
            "         0       1001          1\n         1     100000      65536\n");
    assertThat(HostReader.mappings(map))
        .containsExactly(new IdMapping(0, 1001, 1), new IdMapping(1, 100_000, 65_536));
    assertThat(HostReader.mappings(Path.of("/proc/self/uid_map"))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0", "x 0 1", "0 0 0", "0 -1 1", "0 0 99999999999999999999"})
  void mapThatIsNoneIsNamed(String line) throws IOException {
    Path map = Files.writeString(work.resolve("uid_map"), line + "\n");
    assertThatThrownBy(() -> HostReader.mappings(map))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(map.toString())
        .hasMessageContaining(line);
  }
}
