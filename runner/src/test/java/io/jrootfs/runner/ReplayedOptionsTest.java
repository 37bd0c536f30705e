package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.cli.KeepableChoices;
import io.jrootfs.runner.cli.KeepableChoices.Choice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A container is the same whether its plan was kept or has just been made: what it sees, its
 * limits, how it ends and what is known of it. Of every two options whose plans are kept, there is
 * a command line with both and one with each alone; {@code -Dfuzz.seconds=N} goes on for so long
 * with others.
 */
class ReplayedOptionsTest extends ReplayingTest {
  /** Command lines of which the one is taken that tries most that was not tried yet. */
  private static final int CANDIDATES = 30;

  private final Random random = new Random();

  /** Two options, with which one of them alone or both stand. */
  private record Pair(int first, int second, boolean hasFirst, boolean hasSecond) {}

  @Test
  void everyTwoOptionsAreTheSameReplayed() throws Exception {
    long seed = new Random().nextLong();
    random.setSeed(seed);
    Path directory = Files.createDirectory(work.resolve("shown"));
    Files.writeString(directory.resolve("variables"), "A=1\nSECRET_OF_THE_HOST\n");
    Path named = Images.dockerArchive(Images.layout(rootfs, work.resolve("layout")), archive());
    ImmutableList<Choice> choices = KeepableChoices.all(directory);
    Set<Pair> left = new HashSet<>(pairs(choices));
    long until = System.nanoTime() + 1_000_000_000L * Long.getLong("fuzz.seconds", 0);
    while (!left.isEmpty() || System.nanoTime() < until) {
      ImmutableSet<Integer> line = next(choices, left);
      left.removeAll(pairsOf(line, choices.size()));
      List<Choice> options = new ArrayList<>();
      line.forEach(index -> options.add(choices.get(index)));
      assertSameReplayed("seed " + seed + ", options ", options, named);
    }
  }

  private static Path archive() {
    return work.resolve("named.tar");
  }

  /** Those that there are to try. */
  private static Set<Pair> pairs(ImmutableList<Choice> choices) {
    Set<Pair> pairs = new HashSet<>();
    for (int i = 0; i < choices.size(); i++) {
      for (int j = i + 1; j < choices.size(); j++) {
        pairs.add(new Pair(i, j, true, false));
        pairs.add(new Pair(i, j, false, true));
        if (choices.get(i).goesWith(choices.get(j))) {
          pairs.add(new Pair(i, j, true, true));
        }
      }
    }
    return pairs;
  }

  private static Set<Pair> pairsOf(Set<Integer> line, int count) {
    Set<Pair> pairs = new HashSet<>();
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        pairs.add(new Pair(i, j, line.contains(i), line.contains(j)));
      }
    }
    return pairs;
  }

  private ImmutableSet<Integer> next(ImmutableList<Choice> choices, Set<Pair> left) {
    ImmutableSet<Integer> best = ImmutableSet.of();
    int most = -1;
    for (int i = 0; i < CANDIDATES; i++) {
      ImmutableSet<Integer> line = candidate(choices, left);
      Set<Pair> tried = pairsOf(line, choices.size());
      tried.retainAll(left);
      if (tried.size() > most) {
        most = tried.size();
        best = line;
      }
    }
    return best;
  }

  /** About half of those that go together, and one pair that was not tried yet. */
  private ImmutableSet<Integer> candidate(ImmutableList<Choice> choices, Set<Pair> left) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    Set<Integer> line = new HashSet<>();
    Set<Integer> without = new HashSet<>();
    if (!left.isEmpty()) {
      Pair pair = new ArrayList<>(left).get(random.nextInt(left.size()));
      (pair.hasFirst() ? line : without).add(pair.first());
      (pair.hasSecond() ? line : without).add(pair.second());
    }
    for (int index : order) {
      boolean fits =
          line.stream().allMatch(other -> choices.get(index).goesWith(choices.get(other)));
      if (fits && !without.contains(index) && random.nextBoolean()) {
        line.add(index);
      }
    }
    return ImmutableSet.copyOf(line);
  }

  private void assertSameReplayed(String what, List<Choice> options, Path named) throws Exception {
    List<String> words = new ArrayList<>();
    options.forEach(choice -> words.addAll(choice.words()));
    boolean isDetached = words.contains("--detach");
    boolean hasEntrypoint = words.contains("--entrypoint");
    boolean isNamed = words.contains("--image-name");
    words.add(isNamed ? named.toString() : image.toString());
    if (hasEntrypoint) {
      words.add("-c");
    } else if (!isNamed) {
      words.addAll(List.of("sh", "-c")); // the entry point of the other
    }
    words.add(LOOK + "exit 7");
    List<String> anew = new ArrayList<>(words);
    anew.add(0, "--no-replay");
    Result compiled = jrun(Caller.ROOT, anew.toArray(String[]::new));
    assertThat(compiled.status()).as(what + words + compiled).isEqualTo(isDetached ? 0 : 7);
    String expected = isDetached ? lived(compiled.out().strip()) : unnumbered(compiled.out());
    Result replayed = keptAndReplayed(isDetached, words);
    assertThat(replayed.status()).as(what + words).isEqualTo(compiled.status());
    assertThat(isDetached ? lived(replayed.out().strip()) : unnumbered(replayed.out()))
        .as(what + words)
        .isEqualTo(expected)
        .contains(isDetached ? "\"exitStatus\" : 7" : "HOSTNAME=");
  }

  private Result keptAndReplayed(boolean isDetached, List<String> words) throws Exception {
    if (!isDetached) {
      return anyReplayed(Caller.ROOT, words.toArray());
    }
    // None is in the way of the next one by its name.
    Result replayed = withoutJava(Caller.ROOT, words.toArray());
    for (int i = 0; i < 40 && replayed.status() == 125; i++) {
      lived(output(Caller.ROOT, words.toArray(String[]::new)).strip());
      Thread.sleep(200);
      replayed = withoutJava(Caller.ROOT, words.toArray());
    }
    return replayed;
  }

  /** What is known at the end of a container in the background, which is then removed. */
  private String lived(String id) throws Exception {
    output(Caller.ROOT, "wait", id);
    String known = output(Caller.ROOT, "inspect", id);
    String said = jrun(Caller.ROOT, "logs", id).out();
    output(Caller.ROOT, "rm", id);
    String own = (known + said).replace(id, "ID").replace(id.substring(0, 12), "ID");
    return unnumbered(own.replaceAll("(\"(created|started|ended)\" : )\"[^\"]*\"", "$1TIME"));
  }
}
