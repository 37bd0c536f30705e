package io.jrootfs.runner.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.image.Signal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimeRulesTest {
  private final Specs specs = new Specs();

  private Lifetime lifetime() throws SpecException {
    return specs.derive().lifetime();
  }

  @Test
  void byDefaultItRunsForEverAndIsAskedByTermAndHasTenSeconds() throws SpecException {
    assertThat(lifetime()).isEqualTo(new Lifetime(Signal.TERM, 10, 0));
  }

  @Test
  void imagesSignalCountsUnlessTheUserNamesOne() throws SpecException {
    assertThat(LifetimeRules.lifetime(LifetimeOverrides.NONE, "SIGQUIT").stopSignal())
        .isEqualTo(new Signal(3));
    LifetimeOverrides usr1 =
        new LifetimeOverrides(Optional.of("usr1"), Optional.empty(), Optional.empty());
    assertThat(LifetimeRules.lifetime(usr1, "SIGQUIT").stopSignal()).isEqualTo(new Signal(10));
    // One that is not used cannot be wrong.
    assertThat(LifetimeRules.lifetime(usr1, "SIGNONSENSE").stopSignal()).isEqualTo(new Signal(10));
    assertThatThrownBy(() -> LifetimeRules.lifetime(LifetimeOverrides.NONE, "SIGNONSENSE"))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("the image's stop signal 'SIGNONSENSE': is no signal");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "007, 7", "999999999, 999999999"})
  void secondsAreWholeNumbers(String text, long seconds) throws SpecException {
    specs.stopTimeout = Optional.of(text);
    specs.timeout = Optional.of(text);
    assertThat(lifetime()).isEqualTo(new Lifetime(Signal.TERM, seconds, seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", "1.5", "1s", " 1", "1 ", "1000000000", "99999999999999", "\u0661"})
  void otherSecondsAreRefused(String text) {
    specs.timeout = Optional.of(text);
    assertThatThrownBy(this::lifetime)
        .isInstanceOf(SpecException.class)
        .hasMessage("timeout '" + text + "': must be whole seconds, from 0 to 999999999");
    specs.timeout = Optional.empty();
    specs.stopTimeout = Optional.of(text);
    assertThatThrownBy(this::lifetime)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("stop timeout '" + text + "': ");
  }

  @Test
  void misspeltSignalIsToldTheNearest() {
    specs.stopSignal = Optional.of("SIGTREM");
    assertThatThrownBy(this::lifetime)
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("stop signal 'SIGTREM': is no signal");
    specs.stopSignal = Optional.of("winhc");
    assertThatThrownBy(this::lifetime).hasMessageEndingWith("did you mean 'winch'?");
  }
}
