package io.jrootfs.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1049, 1.0 kB",
    "1050, 1.1 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "3141592, 3.1 MB",
    "9223372036854775807, 9.2 EB",
  })
  void sizesAreInTheLargestUnitOfWhichThereIsOne(long bytes, String size) {
    assertThat(HumanSize.of(bytes)).isEqualTo(size);
  }

  @Property
  void theyAreRoundedToATenth(@ForAll @LongRange(min = 1000) long bytes) {
    BigDecimal divisor =
        switch (HumanSize.of(bytes).replaceFirst(".* ", "")) {
          case "kB" -> BigDecimal.TEN.pow(3);
          case "MB" -> BigDecimal.TEN.pow(6);
          case "GB" -> BigDecimal.TEN.pow(9);
          case "TB" -> BigDecimal.TEN.pow(12);
          case "PB" -> BigDecimal.TEN.pow(15);
          default -> BigDecimal.TEN.pow(18);
        };
    assertThat(HumanSize.of(bytes).replaceFirst(" .*", ""))
        .isEqualTo(
            BigDecimal.valueOf(bytes).divide(divisor, 1, RoundingMode.HALF_UP).toPlainString());
  }
}
