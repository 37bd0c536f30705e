package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamicStringTokensTest {
  private final DynamicStringTokens tokens =
      new DynamicStringTokens("lib/x86_64-linux-gnu", Optional.of("x86_64"));

  @ParameterizedTest
  @CsvSource({
    "$ORIGIN, /o",
    "${ORIGIN}/../lib, /o/../lib",
    "/a$ORIGIN-b, /a/o-b",
    "$ORIGIN$ORIGIN, /o/o",
    "$LIB/x:${LIB}, lib/x86_64-linux-gnu/x:lib/x86_64-linux-gnu",
    "/p/$PLATFORM, /p/x86_64",
    "$ORIGINAL, $ORIGINAL",
    "$ORIGIN_, $ORIGIN_",
    "$LIBS, $LIBS",
    "${ORIGIN, ${ORIGIN",
    "${ORIGIN }, ${ORIGIN }",
    "$HOME/$, $HOME/$",
    "$$ORIGIN, $/o",
    "plain, plain"
  })
  void onlyTheKnownTokensAreReplaced(String text, String expected) {
    assertThat(tokens.expand(text, "/o")).contains(expected);
  }

  @Test
  void aPlatformThatDependsOnTheProcessorIsNotGuessed() {
    DynamicStringTokens unknown = new DynamicStringTokens("lib64", Optional.empty());
    assertThat(unknown.expand("/p/$PLATFORM", "/o")).isEmpty();
    assertThat(unknown.expand("/p/$LIB", "/o")).contains("/p/lib64");
  }
}
