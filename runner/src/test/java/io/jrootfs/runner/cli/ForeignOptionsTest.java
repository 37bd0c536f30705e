package io.jrootfs.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** Who knows the options of {@code podman run} or {@code docker run} is told what jrun's are. */
class ForeignOptionsTest {
  /** As both programs list them: two to six blanks, a short name if there is one, a long one. */
  private static final Pattern LISTED =
      Pattern.compile("(?m)^ {2,6}(?:(-[a-zA-Z]), )?(--[a-z0-9-]+)");

  private static final Pattern NAMED = Pattern.compile("(?<![\\w(-])--?[a-z][a-z-]*");

  @TempDir Path work;

  private static ImmutableSortedSet<String> listed(String program) throws Exception {
    Process process =
        new ProcessBuilder(program, "run", "--help")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String help = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    ImmutableSortedSet.Builder<String> options = ImmutableSortedSet.naturalOrder();
    Matcher matcher = LISTED.matcher(help);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        options.add(matcher.group(1));
      }
      options.add(matcher.group(2));
    }
    // A change of how they are listed must not make this test pass for want of options.
    assertThat(options.build()).contains("-v", "--volume", "--publish-all", "--restart", "-P");
    return options.build();
  }

  private static ImmutableSet<String> names(Stream<CommandSpec> commands) {
    return commands
        .flatMap(command -> command.options().stream())
        .flatMap(option -> Stream.of(option.names()))
        .collect(ImmutableSet.toImmutableSet());
  }

  private static ImmutableSet<String> own() {
    return names(Stream.of(CommandModel.commands().get(0)));
  }

  private static Set<String> foreign() throws Exception {
    return Sets.difference(Sets.union(listed("podman"), listed("docker")), own());
  }

  @Test
  void everyOptionOfPodmanAndDockerWorksOrGetsAdvice() throws Exception {
    CommandLineRun commandLine = CommandLineRun.in(work);
    for (String option : foreign()) {
      CommandLineRun.Result result = commandLine.jrun(option, "rootfs");
      assertThat(result.status()).as(option).isEqualTo(125);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .hasLineCount(1)
          .matches("jrun: unknown option '" + option + "': [^\\n]{20,}; see 'jrun --help'\\n")
          .doesNotContain("did you mean");
    }
  }

  @Test
  void adviceIsGivenWhateverTheValue() throws Exception {
    CommandLineRun commandLine = CommandLineRun.in(work);
    assertThat(commandLine.jrun("--restart=always", "rootfs").err())
        .isEqualTo(
            "jrun: unknown option '--restart=always': no daemon watches containers; a service of"
                + " systemd with Restart= and jrun does that; see 'jrun --help'\n");
  }

  @Test
  void noOptionOfItsOwnIsAdvisedOn() {
    assertThat(ForeignOptions.ADVICE.keySet()).doesNotContainAnyElementsOf(own());
    assertThat(ForeignOptions.advice("--restar")).isEmpty();
  }

  @Test
  void adviceNamesOptionsThatThereAre() {
    ImmutableSet<String> known =
        names(
            Stream.concat(
                CommandModel.commands().stream(),
                io.jrootfs.builder.cli.CommandModel.commands().stream()));
    for (String advice : ImmutableSet.copyOf(ForeignOptions.ADVICE.values())) {
      Set<String> named =
          NAMED.matcher(advice).results().map(result -> result.group()).collect(Collectors.toSet());
      // That of env(1).
      named.remove("-i");
      assertThat(known).as(advice).containsAll(named);
    }
  }
}
