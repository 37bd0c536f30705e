package io.jrootfs.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every shell offers, each asked in its own way, in a directory with files and beside
 * containers: {@code web} runs, {@code old} has ended.
 */
abstract class CompletionTest extends WrittenTest {
  private static final ImmutableList<String> FILES =
      ImmutableList.of("image.tar", "my image.tar", "sub");

  private static final ImmutableList<String> DIRECTORIES = ImmutableList.of("sub");

  /** What a user types who lets the shell do most of it. */
  private static final String KEYS =
      """
      jrun --verb\t --network ho\t image
      jrun --network=ho\t
      jbuild rootfs --sbom=spdx,cy\t
      jbuild che\tmy\t
      jbuild inspect --html=my\t
      exit
      """;

  /** A home and the files of the shell under test. */
  @TempDir static Path home;

  @TempDir static Path work;

  /**
   * All that is offered for the last word of a line, in any order: whole words, as the program is
   * given them.
   */
  abstract List<String> offered(String line) throws Exception;

  /**
   * The words that start the shell for a user at a terminal, where functions stand for the programs
   * and write each word that they are given, in angle brackets, into the file {@code told}.
   */
  abstract String interactive() throws Exception;

  @BeforeAll
  static void startContainers() throws Exception {
    Files.createDirectory(work.resolve("sub"));
    output("jbuild", "rootfs", "-q", "--add", "sleep", "-o", "image.tar");
    Files.createSymbolicLink(work.resolve("my image.tar"), Path.of("image.tar"));
    output("jrun", "-d", "--name=web", "image.tar", "sleep", "1000");
    output("jrun", "-d", "--name=old", "image.tar", "sleep", "0");
    output("jrun", "wait", "old");
  }

  @AfterAll
  static void removeContainers() throws Exception {
    output("jrun", "rm", "-f", "web", "old");
  }

  /** For shells and programs alike. */
  static ImmutableMap<String, String> environment() {
    return ImmutableMap.<String, String>builder()
        .put("PATH", Path.of(Shown.program("jrun")).getParent() + ":" + System.getenv("PATH"))
        .put("HOME", "" + home)
        .put("XDG_CONFIG_HOME", home + "/config")
        .put("XDG_DATA_HOME", home + "/data")
        .put("ZDOTDIR", "" + home)
        .put("JRUN_STATE_DIR", home + "/state")
        .put("JRUN_CACHE_DIR", home + "/cache")
        .put("TERM", "dumb")
        .put("LC_ALL", "C.UTF-8")
        .buildOrThrow();
  }

  /** What a command says that must succeed, in the directory with the files. */
  static String output(String... command) throws Exception {
    return output(work, "/dev/null", command);
  }

  private static String output(Path directory, String input, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(
                    Stream.concat(
                        Stream.of("env"),
                        environment().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())),
                    Stream.of(command))
                .toList());
    return Shown.output(
        builder.directory(directory.toFile()).redirectInput(Path.of(input).toFile()));
  }

  /** Runs what wants a terminal; what it shows there. */
  static String onATerminal(Path directory, String input, String command) throws Exception {
    return output(directory, input, "script", "-qec", command, "/dev/null");
  }

  /** Of file names, those that begin so. */
  static Stream<String> files(String prefix, boolean directories) {
    return (directories ? DIRECTORIES : FILES).stream().filter(name -> name.startsWith(prefix));
  }

  /** What can be offered behind the equals sign of an option. */
  static String withoutOption(String word) {
    return word.replaceFirst("^--[^=]*=", "");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionOfACommandIsOffered(String command) throws Exception {
    assertThat(Shown.optionNames(command)).isNotEmpty();
    assertThat(offered(command + " -"))
        .containsExactlyInAnyOrderElementsOf(Shown.optionNames(command));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jbuild cl|closure",
        "'jbuild rootfs --format '|hybrid oci docker rootfs dir",
        "jbuild rootfs --format h|hybrid",
        "jbuild rootfs --format=h|hybrid",
        "jbuild rootfs --format=|hybrid oci docker rootfs dir",
        "jbuild closure --format j|json",
        "jbuild rootfs --sbom spdx,cy|spdx,cyclonedx",
        "jbuild rootfs --sbom=spdx,|spdx,cyclonedx",
        "jbuild rootfs --with=t|tzdata terminfo",
        "jbuild rootfs --platform linux/arm|linux/arm linux/arm64",
        "'jbuild rootfs --name x --add=a,b -o '|FILES",
        "jbuild rootfs --output=i|image.tar",
        "'jbuild rootfs --sysroot '|DIRECTORIES",
        "'jbuild rootfs --name '|''",
        "'jbuild rootfs -w '|''",
        "'jbuild rootfs --volume '|''",
        "'jrun -w '|''",
        "jrun --workdir=s|''",
        "'jrun exec -w '|''",
        "'jrun exec --workdir '|''",
        "'jbuild rootfs -qo '|FILES",
        "jbuild rootfs -oq --lay|--layers",
        "'jbuild load image.tar '|docker podman",
        "jbuild load -q image.tar p|podman",
        "jbuild load image.tar --qui|--quiet",
        "'jbuild load '|FILES",
        "jbuild load --image-name a:b=c image.tar d|docker",
        "'jbuild check '|FILES",
        "jbuild check -- -|''",
        "'jbuild diff image.tar '|FILES",
        "jrun st|stats stop",
        "jrun i|inspect image.tar",
        "jrun --rm i|image.tar",
        "jrun --network=p|private pasta",
        "jrun -e A=B --network p|private pasta",
        "jrun -v /a:/b:ro --read-o|--read-only --read-only-tmpfs",
        "jrun --read-only-tmpfs=t|true",
        "'jrun --read-only-tmpfs '|FILES",
        "jrun --cap-add NET_A|NET_ADMIN",
        "jrun image.tar --net|''",
        "jrun image.tar i|image.tar",
        "jrun --rm -m 1g image.tar ls -|''",
        "'jrun -- '|FILES",
        "jrun -- -|''",
        "jrun kill --signal K|KILL",
        "'jrun exec -u app '|web",
        "jrun exec -u app web -|''",
        "'jrun exec web '|FILES",
        "jrun exec -- w|web",
        "'jrun rm '|web old",
        "jrun rm web o|old",
        "'jrun stop '|web",
        "jrun stop o|''",
        "jrun stop web --verb|--verbose",
        "jrun cache p|prune",
        "jrun top w|web",
        "jrun top web hp|hpid",
        "jrun top web pid hp|hpid",
        "jrun ps x|''",
      })
  void whatFitsIsOffered(String line, String offers) throws Exception {
    List<String> expected =
        switch (offers) {
          case "" -> List.of();
          case "FILES" -> FILES;
          case "DIRECTORIES" -> DIRECTORIES;
          default -> List.of(offers.split(" ", -1));
        };
    assertThat(offered(line)).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Another jrun than the one that the search path has may have other containers. */
  @Test
  void programThatIsTypedIsAskedForItsContainers() throws Exception {
    Path other = work.resolve("sub/jrun");
    Files.writeString(other, "#!/bin/sh\necho other\n");
    assertThat(other.toFile().setExecutable(true)).isTrue();
    assertThat(offered("sub/jrun exec ")).containsExactly("other");
  }

  @Test
  void whatIsTypedIsCompletedOnATerminal(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("my image.tar"), "");
    Path keys = Files.writeString(home.resolve("keys"), KEYS, StandardCharsets.UTF_8);
    String shown = onATerminal(directory, "" + keys, interactive());
    assertThat(directory.resolve("told"))
        .as(shown)
        .hasContent(
            """
            <--verbose><--network><host><image>
            <--network=host>
            <rootfs><--sbom=spdx,cyclonedx>
            <check><my image.tar>
            <inspect><--html=my image.tar>
            """);
  }
}
