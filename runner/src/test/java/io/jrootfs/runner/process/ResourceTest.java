package io.jrootfs.runner.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ResourceTest {
  private static final long UNLIMITED = ResourceLimit.UNLIMITED;

  private static ResourceLimit files(long soft, long hard) {
    return new ResourceLimit(Resource.NOFILE, soft, hard);
  }

  /** The kernel's list is in the order of its numbers. */
  @Test
  void labelsAndNumbersAreTheKernels() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("/proc/self/limits"));
    assertThat(lines).hasSize(Resource.values().length + 1);
    for (Resource resource : Resource.values()) {
      assertThat(lines.get(1 + resource.number())).startsWith(resource.label() + " ");
    }
  }

  @Test
  void wordsAreThoseOfPrlimit() throws Exception {
    Process prlimit = new ProcessBuilder("prlimit", "--noheadings", "--output", "RESOURCE").start();
    String words = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(words.lines())
        .hasSize(Resource.values().length)
        .allSatisfy(
            word -> assertThat(Resource.of(word.strip().toLowerCase(Locale.ROOT))).isPresent());
  }

  @Test
  void wordIsReadExactly() {
    for (Resource resource : Resource.values()) {
      assertThat(Resource.of(resource.word())).contains(resource);
      assertThat(Resource.of(resource.name())).isEmpty();
    }
    assertThat(Resource.of("")).isEmpty();
    assertThat(Resource.of("RLIMIT_NOFILE")).isEmpty();
  }

  @Test
  void unlimitedIsAboveEveryNumber() {
    assertThat(files(5, UNLIMITED).isAbove(files(0, Long.MAX_VALUE))).isTrue();
    assertThat(files(0, Long.MAX_VALUE).isAbove(files(0, UNLIMITED))).isFalse();
    assertThat(files(1, 8).isAbove(files(2, 8))).isFalse();
  }

  @Test
  void softLimitIsAtMostTheHardOne() {
    assertThat(files(8, 8).toString()).isEqualTo("nofile=8:8");
    assertThat(files(0, UNLIMITED).toString()).isEqualTo("nofile=0:unlimited");
    assertThatThrownBy(() -> files(9, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files(UNLIMITED, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files(-2, 8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> files(1, -2)).isInstanceOf(IllegalArgumentException.class);
  }
}
