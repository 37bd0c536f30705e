package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jrun ps --filter}: those alone that are asked for. */
@ExtendWith(LeakCheck.class)
class PsFilterTest extends LiveTest {
  /** What is listed, by the containers' names, which are the last column. */
  private List<String> names(String... filters) throws Exception {
    List<String> words = new ArrayList<>(List.of("ps"));
    for (String filter : filters) {
      words.add("--filter=" + filter);
    }
    return output(Caller.ROOT, words.toArray(String[]::new))
        .lines()
        .skip(1)
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  @Test
  void containersAreFoundByEachKeyAndByTwo() throws Exception {
    start(Caller.ROOT, "web", "sleep 1000", "-l", "tier=front", "-l", "site=a");
    start(Caller.ROOT, "web2", "sleep 1000", "-l", "tier=front");
    start(Caller.ROOT, "base", "sleep 1000", "-l", "tier=back");
    start(Caller.ROOT, "done", "exit 3");
    output(Caller.ROOT, "wait", "done");
    output(Caller.ROOT, "pause", "base");

    assertThat(names("name=web")).containsExactlyInAnyOrder("web", "web2");
    assertThat(names("name=^web$")).containsExactly("web");
    assertThat(names("name=2", "name=as")).containsExactlyInAnyOrder("web2", "base");
    assertThat(names("status=exited")).containsExactly("done");
    assertThat(names("status=paused")).containsExactly("base");
    assertThat(names("status=exited", "status=running"))
        .containsExactlyInAnyOrder("done", "web", "web2");
    assertThat(names("label=tier")).containsExactlyInAnyOrder("web", "web2", "base");
    assertThat(names("label=tier=front")).containsExactlyInAnyOrder("web", "web2");
    assertThat(names("label=tier=front", "label=site=a")).containsExactly("web");
    assertThat(names("label=tier=front", "name=2")).containsExactly("web2");
    assertThat(names("ancestor=" + image)).containsExactlyInAnyOrder("web", "web2", "base");
    assertThat(names("ancestor=image.tar")).containsExactlyInAnyOrder("web", "web2", "base");
    assertThat(names("ancestor=age.tar")).isEmpty();
    String id = containers.field(Caller.ROOT, "web2", "id");
    assertThat(names("id=" + id.substring(0, 12))).containsExactly("web2");
    assertThat(output(Caller.ROOT, "ps", "-q", "--no-trunc", "-f", "id=" + id))
        .isEqualTo(id + "\n");
    assertThat(output(Caller.ROOT, "ps", "--json", "-f", "name=^web2$"))
        .contains("\"id\" : \"" + id + "\"")
        .doesNotContain("\"name\" : \"base\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour=red | is not KEY=VALUE with one of the keys ancestor, id, label, name, status",
        "name        | is not KEY=VALUE with one of the keys ancestor, id, label, name, status",
        "name=       | is not KEY=VALUE with one of the keys ancestor, id, label, name, status",
        "status=gone | a container's status is one of starting, running, paused, exited, dead, elsewhere",
        "name=(      | is no regular expression: Unclosed group",
      })
  void filterThatMakesNoSenseIsOneSentence(String filter, String sentence) throws Exception {
    List<String> words = Arrays.asList("ps", "--filter", filter);
    assertThat(jrun(Caller.ROOT, words.toArray(String[]::new)))
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: --filter '" + filter + "': " + sentence + "; see 'jrun ps --help'\n"));
  }
}
