package io.jrootfs.runner.capability;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitySetTest {
  @Test
  void defaultMaskIsWhatTheKernelPrintsForPodmansElevenCapabilities() {
    assertThat(Long.toHexString(CapabilitySet.DEFAULT.mask())).isEqualTo("800405fb");
  }

  @Test
  void maskOfTheLastCapabilityNeedsMoreThan32Bits() {
    CapabilitySet set = new CapabilitySet(ImmutableSortedSet.of(Capability.CHECKPOINT_RESTORE));
    assertThat(set.mask()).isEqualTo(1L << 40);
  }

  @Test
  void emptySetHasAnEmptyMask() {
    assertThat(new CapabilitySet(ImmutableSortedSet.of()).mask()).isZero();
  }

  @Test
  void numbersAreDenseAndDistinct() {
    Set<Integer> numbers = new HashSet<>();
    for (Capability capability : Capability.values()) {
      assertThat(numbers.add(capability.number())).as(capability.name()).isTrue();
    }
    assertThat(numbers).hasSize(41).allMatch(number -> number >= 0 && number <= 40);
  }
}
