package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources that no Java compiler sees: C and shell. */
class SourcesTest {
  private static final Path C = Path.of("src/main/c").toAbsolutePath();
  private static final Path BUILD = C.resolve("build.sh");

  @TempDir Path directory;

  private static ImmutableList<String> filesOf(Path directory, String glob) throws IOException {
    ImmutableList.Builder<String> files = ImmutableList.builder();
    try (var entries = Files.newDirectoryStream(directory, glob)) {
      entries.forEach(file -> files.add(file.toString()));
    }
    return files.build();
  }

  @Test
  void cSourcesAreFormatted() throws IOException {
    ImmutableList<String> sources =
        ImmutableList.<String>builder()
            .addAll(filesOf(C, "*.[ch]"))
            .addAll(filesOf(Path.of("src/test/c"), "*.[ch]"))
            .build();
    assertThat(sources).hasSizeGreaterThan(10);
    assertThat(
            Launcher.run(
                ImmutableList.<String>builder()
                    .add("clang-format", "--dry-run", "-Werror")
                    .addAll(sources)
                    .build()))
        .isEqualTo(new Launcher.Result(0, "", ""));
  }

  @Test
  void shellScriptsPassShellcheck() throws IOException {
    ImmutableList<String> scripts =
        ImmutableList.<String>builder()
            .add(BUILD.toString())
            .addAll(filesOf(Path.of("src/main/sh"), "*"))
            .addAll(filesOf(Path.of("src/build/sh"), "*"))
            .addAll(filesOf(Path.of("src/test/sh/machine"), "*"))
            .addAll(filesOf(Path.of("../builder/src/main/sh"), "*"))
            .build();
    assertThat(
            Launcher.run(
                ImmutableList.<String>builder()
                    .add("shellcheck", "--shell=sh", "--external-sources")
                    .add("--source-path=SCRIPTDIR:../builder/src/main/sh")
                    .addAll(scripts)
                    .build()))
        .isEqualTo(new Launcher.Result(0, "", ""));
  }

  private Path copyOfTheSources(String name) throws IOException {
    Path copy = Files.createDirectories(directory.resolve(name));
    try (Stream<Path> files = Files.list(C)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Launcher.Result build(Path sources, Path out, String... environment)
      throws IOException {
    return Launcher.run(
        ImmutableList.<String>builder()
            // Whichever compiler this build of the project was told to use.
            .add("env", "-u", "CC")
            .add(environment)
            .add("sh", sources.resolve("build.sh").toString(), out.toString())
            .build());
  }

  @Test
  void twoBuildsInTwoPlacesAreTheSameBytesAndNameNoPlace() throws IOException {
    Path first = directory.resolve("first-out");
    Path second = directory.resolve("a/second-out");
    Launcher.Result done = new Launcher.Result(0, "", "");
    assertThat(build(copyOfTheSources("one"), first)).isEqualTo(done);
    assertThat(build(copyOfTheSources("two"), second)).isEqualTo(done);
    assertThat(first.resolve("jrun")).hasSameBinaryContentAs(second.resolve("jrun"));
    assertThat(
            Launcher.run("grep", "-c", directory.toString(), first.resolve("jrun").toString())
                .status())
        .isEqualTo(1);
  }

  /** What the compiler warns of is an error, and the two libraries have it warn of other things. */
  @Test
  void muslIsPreferredAndGlibcDoesAsWell() throws IOException {
    Path chosen = directory.resolve("chosen");
    Path glibc = directory.resolve("glibc");
    Launcher.Result done = new Launcher.Result(0, "", "");
    assertThat(build(C, chosen)).isEqualTo(done);
    assertThat(build(C, glibc, "CC=cc")).isEqualTo(done);
    assertThat(Files.size(chosen.resolve("jrun")))
        .isLessThan(Files.size(glibc.resolve("jrun")) / 2);
    for (Path program : new Path[] {chosen, glibc}) {
      assertThat(Launcher.run("grep", "-c", "glibc", program.resolve("jrun").toString()).status())
          .isEqualTo(program == glibc ? 0 : 1);
    }
  }

  @Test
  void launcherIsRebuiltOnlyWhenASourceIsNewer() throws IOException {
    Path sources = copyOfTheSources("sources");
    Path out = directory.resolve("out");
    build(sources, out);
    FileTime past = FileTime.fromMillis(1_000_000_000_000L);
    for (String source : filesOf(sources, "*")) {
      Files.setLastModifiedTime(Path.of(source), past);
    }
    FileTime later = FileTime.fromMillis(1_000_000_001_000L);
    Files.setLastModifiedTime(out.resolve("jrun"), later);
    build(sources, out);
    assertThat(Files.getLastModifiedTime(out.resolve("jrun"))).isEqualTo(later);
    Files.setLastModifiedTime(sources.resolve("main.c"), FileTime.fromMillis(1_000_000_002_000L));
    build(sources, out);
    assertThat(Files.getLastModifiedTime(out.resolve("jrun"))).isGreaterThan(later);
  }

  @Test
  void missingCompilerAndMissingStaticLibrarySayWhatToInstall() throws IOException {
    Launcher.Result missing = build(C, directory.resolve("out"), "CC=no-such-cc -x");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.error())
        .hasLineCount(1)
        .startsWith("build.sh: no C compiler 'no-such-cc'")
        .contains("apt-get install gcc libc6-dev");
    Launcher.Result dynamic = build(C, directory.resolve("out"), "CC=cc -nostdlib -lno-such");
    assertThat(dynamic.status()).isEqualTo(1);
    assertThat(dynamic.error())
        .hasLineCount(1)
        .contains("cannot link statically")
        .contains("glibc-static");
    assertThat(directory.resolve("out/jrun")).doesNotExist();
  }

  @Test
  void installedFilesHaveNoSetUserIdBit() throws IOException {
    Path program = Path.of(System.getProperty("jrun.launcher"));
    assertThat(Launcher.run("find", program.toString(), "-perm", "/6000").output()).isEmpty();
  }
}
