package io.jrootfs.runner.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPlansTest {
  private static final byte[] PLAN = {1, 2, 3};

  @TempDir Path cache;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("plans"))) {
      return files.toList();
    }
  }

  @Test
  void ofMoreThanAreKeptThoseGoThatWereNotUsedForLong() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"));
    for (int i = 0; i < 250; i++) {
      plans.keep(ImmutableList.of("image", Integer.toString(i)), PLAN);
    }
    FileTime longAgo = FileTime.fromMillis(1000);
    Path used = null;
    for (Path file : files()) {
      if (used == null) {
        used = file;
      } else {
        Files.setLastModifiedTime(file, longAgo);
      }
    }
    assertThat(files()).hasSize(250);
    plans.keep(ImmutableList.of("image", "one more"), PLAN);
    assertThat(files()).hasSize(200).contains(used);
    assertThat(plans.has(ImmutableList.of("image", "one more"))).isTrue();
  }

  @Test
  void anotherPlanForTheSameWordsTakesItsPlace() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"));
    plans.keep(ImmutableList.of("a", "b"), PLAN);
    plans.keep(ImmutableList.of("a", "b"), new byte[] {4});
    plans.keep(ImmutableList.of("a b"), PLAN);
    assertThat(files()).hasSize(2);
    assertThat(files()).anySatisfy(file -> assertThat(file).hasBinaryContent(new byte[] {4}));
  }

  @Test
  void whatTheLauncherWouldNotReadIsNotWritten() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"));
    plans.keep(ImmutableList.copyOf(Collections.nCopies(257, "word")), PLAN);
    plans.keep(ImmutableList.of("large"), new byte[(1 << 20) + 1]);
    assertThat(cache.resolve("plans")).doesNotExist();
  }
}
