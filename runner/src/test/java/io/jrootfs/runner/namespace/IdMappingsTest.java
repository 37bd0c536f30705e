package io.jrootfs.runner.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdMappingsTest {
  private static final IdMapping ROOT_ONLY = new IdMapping(0, 1000, 1);
  private static final IdMapping RANGE = new IdMapping(1, 100_000, 65_536);

  @Test
  void identityHasEveryIdButTheReservedOne() {
    assertThat(IdMappings.IDENTITY.hasUid(0)).isTrue();
    assertThat(IdMappings.IDENTITY.hasUid(0xffff_fffeL)).isTrue();
    assertThat(IdMappings.IDENTITY.hasUid(0xffff_ffffL)).isFalse();
    assertThat(IdMappings.IDENTITY.isRootOnly()).isFalse();
  }

  @Test
  void rangesHaveTheirIdsAndNoOthers() {
    IdMappings mappings =
        new IdMappings(ImmutableList.of(ROOT_ONLY, RANGE), ImmutableList.of(ROOT_ONLY));
    assertThat(mappings.hasUid(65_536)).isTrue();
    assertThat(mappings.hasUid(65_537)).isFalse();
    assertThat(mappings.hasGid(1)).isFalse();
    assertThat(mappings.isRootOnly()).isFalse();
  }

  @Test
  void aSingleRootMappingIsRootOnly() {
    assertThat(
            new IdMappings(ImmutableList.of(ROOT_ONLY), ImmutableList.of(ROOT_ONLY)).isRootOnly())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0, 1",
    "0, -1, 1",
    "0, 0, 0",
    "0, 0, -1",
    "0, 0, 4294967296",
    "1, 0, 4294967295",
    "4294967295, 0, 1",
    "9223372036854775807, 0, 1",
    "0, 0, 9223372036854775807"
  })
  void mappingOutsideThe32BitRangeIsRefused(long containerId, long hostId, long size) {
    assertThatThrownBy(() -> new IdMapping(containerId, hostId, size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of range");
  }

  @Property
  void aMappingContainsExactlyItsIds(
      @ForAll @LongRange(min = 0, max = 1000) long first,
      @ForAll @LongRange(min = 1, max = 1000) long size,
      @ForAll @LongRange(min = -10, max = 2010) long id) {
    assertThat(new IdMapping(first, 0, size).contains(id))
        .isEqualTo(id >= first && id < first + size);
  }
}
