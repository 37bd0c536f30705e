package io.jrootfs.runner.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPlansTest {
  private static final byte[] PLAN = {1, 2, 3};

  private static final ImmutableList<String> MACHINE = ImmutableList.of("boot", "host");

  @TempDir Path cache;

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("plans"))) {
      return files.toList();
    }
  }

  @Test
  void ofMoreThanAreKeptThoseGoThatWereNotUsedForLong() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"), MACHINE);
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

  /** As if the clock had been ahead for a while. */
  @Test
  void thoseWhoseTimesHaveNotComeYetGoFirstInTheirOrder() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"), MACHINE);
    for (int i = 0; i < 250; i++) {
      plans.keep(ImmutableList.of("image", Integer.toString(i)), PLAN);
    }
    List<Path> all = files();
    Instant now = Instant.now();
    for (int i = 0; i < all.size(); i++) {
      // By turns two days from now on, minutes apart, and minutes ago.
      Instant when = i % 2 == 0 ? now.plus(Duration.ofDays(2)) : now.minus(Duration.ofDays(2));
      Files.setLastModifiedTime(all.get(i), FileTime.from(when.plus(Duration.ofMinutes(i))));
    }
    plans.keep(ImmutableList.of("image", "one more"), PLAN);
    List<Path> left = files();
    assertThat(left).hasSize(200);
    assertThat(plans.has(ImmutableList.of("image", "one more"))).isTrue();
    for (int i = 0; i < all.size(); i++) {
      assertThat(left.contains(all.get(i))).as("plan %d", i).isEqualTo(i % 2 == 1 || i > 100);
    }
  }

  /** Of two machines, one has a clock that is a little ahead of that of the files. */
  @Test
  void littleAheadIsAsGoodAsNow() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"), MACHINE);
    for (int i = 0; i < 250; i++) {
      plans.keep(ImmutableList.of("image", Integer.toString(i)), PLAN);
    }
    List<Path> all = files();
    for (Path plan : all) {
      Files.setLastModifiedTime(plan, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    }
    Files.setLastModifiedTime(
        all.get(0), FileTime.from(Instant.now().plus(Duration.ofMinutes(50))));
    plans.keep(ImmutableList.of("image", "one more"), PLAN);
    assertThat(files()).hasSize(200).contains(all.get(0));
  }

  @Test
  void anotherPlanForTheSameWordsTakesItsPlace() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"), MACHINE);
    plans.keep(ImmutableList.of("a", "b"), PLAN);
    plans.keep(ImmutableList.of("a", "b"), new byte[] {4});
    plans.keep(ImmutableList.of("a b"), PLAN);
    assertThat(files()).hasSize(2);
    assertThat(files()).anySatisfy(file -> assertThat(file).hasBinaryContent(new byte[] {4}));
  }

  @Test
  void machinesHaveEachTheirOwnAndTogetherNoMoreThanOne() throws Exception {
    ImmutableList<KeptPlans> machines =
        Stream.of(MACHINE, ImmutableList.of("boot", "other"), ImmutableList.of("again", "host"))
            .map(machine -> new KeptPlans(cache.resolve("plans"), machine))
            .collect(ImmutableList.toImmutableList());
    ImmutableList<String> words = ImmutableList.of("image");
    machines.get(0).keep(words, PLAN);
    assertThat(machines).extracting(plans -> plans.has(words)).containsExactly(true, false, false);
    machines.get(1).keep(words, PLAN);
    assertThat(machines).extracting(plans -> plans.has(words)).containsExactly(true, true, false);
    for (Path file : files()) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    }
    for (int i = 0; i < 249; i++) {
      machines.get(2).keep(ImmutableList.of("image", Integer.toString(i)), PLAN);
    }
    assertThat(files()).hasSize(200);
    assertThat(machines).extracting(plans -> plans.has(words)).containsExactly(false, false, false);
  }

  @Test
  void whatTheLauncherWouldNotReadIsNotWritten() throws Exception {
    KeptPlans plans = new KeptPlans(cache.resolve("plans"), MACHINE);
    plans.keep(ImmutableList.copyOf(Collections.nCopies(257, "word")), PLAN);
    plans.keep(ImmutableList.of("large"), new byte[(1 << 20) + 1]);
    assertThat(cache.resolve("plans")).doesNotExist();
  }
}
