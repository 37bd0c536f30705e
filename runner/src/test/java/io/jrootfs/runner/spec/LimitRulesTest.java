package io.jrootfs.runner.spec;

import static io.jrootfs.runner.process.ResourceLimit.UNLIMITED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.process.Resource;
import io.jrootfs.runner.process.ResourceLimit;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitRulesTest {
  private static final ResourceLimit NO_CORE = new ResourceLimit(Resource.CORE, 1, 1);

  private final Specs specs = new Specs();

  private ImmutableList<ResourceLimit> limits(String... ulimits) throws SpecException {
    specs.ulimits = ImmutableList.copyOf(ulimits);
    return specs.derive().process().rlimits();
  }

  private static ResourceLimit files(long soft, long hard) {
    return new ResourceLimit(Resource.NOFILE, soft, hard);
  }

  @Test
  void onlyCoreDumpsAreLimitedUnasked() throws SpecException {
    assertThat(limits()).containsExactly(NO_CORE);
    assertThat(limits("host")).isEmpty();
    assertThat(limits("host", "nofile=5")).containsExactly(files(5, 5));
    assertThat(limits("core=unlimited"))
        .containsExactly(new ResourceLimit(Resource.CORE, UNLIMITED, UNLIMITED));
  }

  /** Whose own hard limit is zero cannot have one byte. */
  @Test
  void callersZeroForCoreDumpsStays() throws SpecException {
    ResourceLimit zero = new ResourceLimit(Resource.CORE, 0, 0);
    assertThat(LimitRules.limits(ImmutableList.of(), ImmutableMap.of(Resource.CORE, zero)))
        .containsExactly(zero);
    assertThat(LimitRules.limits(ImmutableList.of(), ImmutableMap.of())).containsExactly(NO_CORE);
  }

  @ParameterizedTest
  @CsvSource({
    "nofile=64:128, 64, 128",
    "nofile=64, 64, 64",
    "nofile=0, 0, 0",
    "nofile=1:unlimited, 1, -1",
    "nofile=1:-1, 1, -1",
    "nofile=unlimited, -1, -1",
    "nofile=-1:-1, -1, -1",
    "nofile=999999999999999999, 999999999999999999, 999999999999999999"
  })
  void softAndHardLimitAreRead(String ulimit, long soft, long hard) throws SpecException {
    assertThat(limits(ulimit)).containsExactly(NO_CORE, files(soft, hard));
  }

  @Test
  void lastLimitOfAResourceCounts() throws SpecException {
    assertThat(limits("nofile=1", "cpu=2", "nofile=3:4"))
        .containsExactly(new ResourceLimit(Resource.CPU, 2, 2), NO_CORE, files(3, 4));
  }

  @Test
  void hardLimitAboveTheCallersIsRaisedByTheLauncher() throws SpecException {
    limits("nofile=4096");
    assertThat(specs.derive().process().raisedLimits()).isEmpty();
    limits("nofile=1:4097");
    assertThat(specs.derive().process().raisedLimits()).containsExactly(Resource.NOFILE);
    limits("nofile=1:unlimited");
    assertThat(specs.derive().process().raisedLimits()).containsExactly(Resource.NOFILE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nofiles=1   | the kernel limits no 'nofiles'; did you mean 'nofile'?",
        "NOFILE=1    | the kernel limits no 'NOFILE'; did you mean 'nofile'?",
        "=1          | the kernel limits no ''; there are cpu, fsize,",
        "nofile      | a limit is NAME=SOFT[:HARD]",
        "nofile=     | a limit is NAME=SOFT[:HARD]",
        "nofile=:    | a limit is NAME=SOFT[:HARD]",
        "nofile=1:   | a limit is NAME=SOFT[:HARD]",
        "nofile=:1   | a limit is NAME=SOFT[:HARD]",
        "nofile=1:2:3 | a limit is NAME=SOFT[:HARD]",
        "nofile=x    | a limit is NAME=SOFT[:HARD]",
        "nofile=1k   | a limit is NAME=SOFT[:HARD]",
        "nofile=-2   | a limit is NAME=SOFT[:HARD]",
        "nofile=1.5  | a limit is NAME=SOFT[:HARD]",
        "nofile=9999999999999999999 | a limit is NAME=SOFT[:HARD]",
        "nofile=2:1  | the soft limit is above the hard one",
        "nofile=-1:1 | the soft limit is above the hard one"
      })
  void otherLimitsAreRefused(String ulimit, String start) {
    assertThatThrownBy(() -> limits(ulimit))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("ulimit '" + ulimit + "': " + start);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1000", "-1", "0", "5", "1000"})
  void oomScoreAdjustmentIsRead(String text) throws SpecException {
    assertThat(LimitRules.oomScoreAdjustment(Optional.empty())).isEmpty();
    specs.oomScoreAdjustment = Optional.of(text);
    assertThat(specs.derive().process().oomScoreAdj())
        .isEqualTo(OptionalInt.of(Integer.parseInt(text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1001", "1001", "99999", "+5", "x", "1.5", "--1", " 1", "-"})
  void otherOomScoreAdjustmentsAreRefused(String text) {
    specs.oomScoreAdjustment = Optional.of(text);
    assertThatThrownBy(specs::derive)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("oom score adjustment '" + text + "': must be a whole number");
  }
}
