package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tests that IMAGES.md names exist; its tables of kinds and consumers are executed. */
class ImagesDocumentTest {
  @Test
  void testsThatAreNamedExist() throws IOException {
    String document = Files.readString(Path.of("IMAGES.md"));
    assertThat(NamedTests.in(document)).hasSizeGreaterThan(20);
    assertThat(NamedTests.missing(document)).isEmpty();
  }
}
