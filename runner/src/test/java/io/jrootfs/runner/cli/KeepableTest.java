package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/** Nobody who adds an option forgets to say whether a plan with it may be kept. */
class KeepableTest {
  @Test
  void ofEveryOptionItIsSaidOnce() {
    Set<String> declared = new HashSet<>();
    for (OptionSpec option : new RunCommand().declare().whole().options()) {
      declared.add(option.longestName());
    }
    Set<String> said = new HashSet<>();
    for (Set<String> some :
        Set.of(Keepable.ALWAYS, Keepable.WITH_VALUE.keySet(), Keepable.NEVER.keySet())) {
      assertThat(Sets.intersection(said, some)).isEmpty();
      said.addAll(some);
    }
    assertThat(said).isEqualTo(declared);
  }

  /** So that each is tried whose plans are kept, and each value. */
  @Test
  void choicesAreAllThatIsKept() {
    Set<String> wanted = new HashSet<>(Keepable.ALWAYS);
    wanted.remove(Replay.EXPLAIN); // starts nothing
    if (KeepableChoices.all(Path.of("/")).stream()
        .noneMatch(choice -> choice.words().contains("--blkio-weight"))) {
      wanted.remove("--blkio-weight");
    }
    Keepable.WITH_VALUE.forEach(
        (option, values) -> values.forEach(value -> wanted.add(option + " " + value)));
    Set<String> tried = new HashSet<>();
    for (KeepableChoices.Choice choice : KeepableChoices.all(Path.of("/"))) {
      for (int i = 0; i < choice.words().size(); i++) {
        String option = choice.words().get(i).split("=", 2)[0];
        if (option.startsWith("--")) {
          tried.add(
              Keepable.WITH_VALUE.containsKey(option)
                  ? option + " " + choice.words().get(i + 1)
                  : option);
        }
      }
    }
    assertThat(tried).isEqualTo(wanted);
  }
}
