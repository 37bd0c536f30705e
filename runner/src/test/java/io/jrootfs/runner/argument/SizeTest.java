package io.jrootfs.runner.argument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "7b, 7",
    "1k, 1024",
    "1KB, 1024",
    "1.5m, 1572864",
    "64M, 67108864",
    "512MiB, 536870912",
    "2g, 2147483648",
    "1t, 1099511627776",
    "0.1b, 0"
  })
  void everyUnitIsAPowerOf1024(String text, long bytes) throws ArgumentException {
    assertThat(Size.parse(text, 0)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "k", "-1", "+1", "1 k", " 1", "1kk", "1x", "0x10", "1e3", ".5", "1.", "1,5"})
  void otherTextIsNoSize(String text) {
    assertThatThrownBy(() -> Size.parse(text, 0))
        .isInstanceOf(ArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no size; ");
  }

  @ParameterizedTest
  @CsvSource({
    "4k, is too small; 8 KiB is the least",
    "999999999999t, is more than the kernel can count"
  })
  void sizeHasALeastAndAMost(String text, String problem) {
    assertThatThrownBy(() -> Size.parse(text, 8192))
        .isInstanceOfSatisfying(
            ArgumentException.class, e -> assertThat(e.problem()).isEqualTo(problem));
  }

  @Property
  void whatIsToldReadsBack(@ForAll @LongRange(min = 0) long bytes) throws ArgumentException {
    String told = Size.text(bytes).replace(" bytes", "").replace(" byte", "").replace(" ", "");
    assertThat(Size.parse(told, 0)).isEqualTo(bytes);
  }
}
