package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.bundle.OwnerMode;
import io.jrootfs.runner.namespace.IdMapping;
import io.jrootfs.runner.namespace.IdMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

  private static final IdMapping SELF = new IdMapping(0, 1000, 1);
  private static final IdMappings SINGLE =
      new IdMappings(ImmutableList.of(SELF), ImmutableList.of(SELF));
  private static final IdMappings RANGES =
      new IdMappings(
          ImmutableList.of(new IdMapping(1, 100_000, 65_536), SELF),
          ImmutableList.of(SELF, new IdMapping(1, 100_000, 10)));

  @Test
  void ownersAreSetOnlyWhereThereIsMoreThanRoot() {
    assertThat(CachePlace.owners(IdMappings.IDENTITY, Optional.empty()).ids())
        .isEqualTo(IdMappings.IDENTITY);
    assertThat(CachePlace.owners(SINGLE, Optional.empty()).setsOwners()).isFalse();
    OwnerMode ranges = CachePlace.owners(RANGES, Optional.empty());
    assertThat(ranges.setsOwners()).isTrue();
    assertThat(ranges.ids().hostUid(65_536)).hasValue(65_536);
    assertThat(ranges.ids().hostGid(10)).hasValue(10);
    assertThat(ranges.ids().hostGid(11)).isEmpty();
  }

  @Test
  void anotherMappingIsAnotherTree() {
    IdMappings swapped = new IdMappings(RANGES.gids(), RANGES.uids());
    IdMapping above = new IdMapping(0, 100_000, 65_536);
    IdMappings shift = new IdMappings(ImmutableList.of(above), ImmutableList.of(above));
    assertThat(
            ImmutableSet.of(
                CachePlace.owners(RANGES, Optional.empty()).description(),
                CachePlace.owners(swapped, Optional.empty()).description(),
                CachePlace.owners(IdMappings.IDENTITY, Optional.empty()).description(),
                CachePlace.owners(IdMappings.IDENTITY, Optional.of(shift)).description()))
        .hasSize(4);
    assertThat(CachePlace.owners(IdMappings.IDENTITY, Optional.of(shift)).ids()).isEqualTo(shift);
  }

  /** Else who leaves ids out would unpack for everybody without them. */
  @Test
  void leavingIdsOutIsNotAnotherTree() {
    IdMapping root = new IdMapping(0, 0, 1);
    IdMappings rootOnly = new IdMappings(ImmutableList.of(root), ImmutableList.of(root));
    assertThat(CachePlace.owners(RANGES, Optional.of(rootOnly)))
        .isEqualTo(CachePlace.owners(RANGES, Optional.empty()));
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
