package io.jrootfs.builder.sysroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysrootPathTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "//usr///bin/, /usr/bin",
    "/./usr/./bin/., /usr/bin",
    "/usr/../bin, /usr/../bin",
  })
  void emptyAndDotComponentsVanishAndDotDotStays(String given, String clean) {
    assertThat(SysrootPath.of(given).value()).isEqualTo(clean);
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/bin, ls, /usr/bin/ls",
    "/usr/bin, ../lib/x, /usr/bin/../lib/x",
    "/usr/bin, /lib, /lib",
    "/, a, /a",
  })
  void anAbsolutePathReplacesWhatItIsResolvedAgainst(String base, String other, String joined) {
    assertThat(SysrootPath.of(base).resolve(other)).isEqualTo(SysrootPath.of(joined));
  }

  @Test
  void parentAndNameSplitAtTheLastSlash() {
    assertThat(SysrootPath.of("/usr/bin").parent()).isEqualTo(SysrootPath.of("/usr"));
    assertThat(SysrootPath.of("/usr").parent()).isEqualTo(SysrootPath.ROOT);
    assertThat(SysrootPath.ROOT.parent()).isEqualTo(SysrootPath.ROOT);
    assertThat(SysrootPath.of("/usr/bin").fileName()).isEqualTo("bin");
    assertThat(SysrootPath.ROOT.fileName()).isEmpty();
  }

  @Test
  void relativePathsAndNulCharactersAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SysrootPath.of("usr"));
    assertThatIllegalArgumentException().isThrownBy(() -> SysrootPath.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> SysrootPath.of("/a\0b"));
  }
}
