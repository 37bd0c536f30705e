package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start loads: classes that a command has no use for are most of a short one. */
class LoadedClassesTest {
  @TempDir Path work;

  /** Names of classes, hidden ones with what they are made of. */
  private List<String> loadedBy(String... words) throws Exception {
    Path log = work.resolve("loaded");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(words));
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("said").toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(work.resolve("said"))).isZero();
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(line -> line.replaceFirst("^(\\[[^]]*\\])+ ", "").replaceFirst(" .*", ""))
          .toList();
    }
  }

  /** The help of jbuild has the models of all commands. */
  @ParameterizedTest
  @ValueSource(strings = {"--help", "closure true", "rootfs --add true --explain"})
  void commandsAreDeclaredWithoutReflection(String words) throws Exception {
    assertThat(loadedBy(words.split(" ")))
        .contains("io.jrootfs.builder.cli.Jbuild", "picocli.CommandLine$Model$OptionSpec")
        .doesNotContain(
            "picocli.CommandLine$Model$TypedMember", "picocli.CommandLine$Model$FieldBinding");
  }

  /** Each annotation that is read is an instance of a proxy. */
  @Test
  void aClosureReadsNoAnnotationsAndFormatsNothingByTheRulesOfALocale() throws Exception {
    assertThat(loadedBy("closure", "true"))
        .contains("io.jrootfs.builder.RootfsBuild")
        .noneMatch(name -> name.contains(".$Proxy"))
        .doesNotContain(
            "java.util.Formatter",
            "java.util.ResourceBundle",
            "sun.util.locale.provider.LocaleProviderAdapter");
  }

  /** javac would have each concatenation made into code of its own when it is reached. */
  @Test
  void stringsArePutTogetherByCodeThatIsThere() throws Exception {
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Path> offences = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".class")).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (content.contains("java/lang/invoke/StringConcatFactory")) {
          offences.add(file);
        }
      }
    }
    assertThat(classes.resolve("io/jrootfs/builder/cli/Main.class")).exists();
    assertThat(offences).isEmpty();
  }
}
