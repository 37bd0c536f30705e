package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The file that makes starts faster, in an installation that was moved; with a JDK that makes it
 * from a list and with one that makes it from a training run, as far as there are such here.
 */
@ParameterizedClass
@MethodSource("jdks")
class ClassArchiveTest {
  @Parameter Path jdk;
  @TempDir Path work;
  private Dist dist;

  /** The newest of each kind. */
  static Collection<Path> jdks() throws IOException {
    Map<Boolean, Path> newest = new TreeMap<>();
    try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
      Stream.concat(Stream.of(Path.of(System.getProperty("java.home"))), installed)
          .filter(home -> Files.isExecutable(home.resolve("bin/java")) && version(home) >= 17)
          .sorted(Comparator.comparing(ClassArchiveTest::version))
          .forEach(home -> newest.put(version(home) >= 25, home));
    }
    return newest.values();
  }

  private static int version(Path home) {
    try (Stream<String> lines = Files.lines(home.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .mapToInt(line -> Integer.parseInt(line.replaceAll("[^0-9]*([0-9]+).*", "$1")))
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void install() throws Exception {
    dist = Dist.installedWithArchivesIn(work);
  }

  private Dist.Result run(String script) throws Exception {
    Dist.Result result = dist.shell(work, "real=" + jdk + "\n" + LoggedJava.SCRIPT + script);
    assertThat(result.status()).as(result.err()).isZero();
    return result;
  }

  private List<String> calls() throws Exception {
    return Files.readAllLines(work.resolve("calls"));
  }

  /** Names of files, without the JDK's version. */
  private List<String> archives() throws Exception {
    try (Stream<Path> files = Files.list(work.resolve("moved/archives"))) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("-[0-9]+", ""))
          .sorted()
          .toList();
    }
  }

  /** Where the last start had a class from; its own classes it has otherwise from the jar. */
  private String source(String className) throws Exception {
    try (Stream<String> lines = Files.lines(work.resolve("loaded"))) {
      return lines
          .filter(line -> line.contains(" " + className + " source: "))
          .map(line -> line.substring(line.indexOf("source: ") + "source: ".length()))
          .findFirst()
          .orElse("not loaded");
    }
  }

  @Test
  void theFirstCommandMakesItAndAllHaveTheirClassesFromIt() throws Exception {
    Dist.Result result =
        run(
            """
            jbuild closure --format list sh >first
            jbuild closure --format list sh >second
            cmp first second
            """);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("warning");
    assertThat(calls()).containsExactly("archive", "start", "start");
    assertThat(archives())
        .containsExactly(
            "jbuild.classes", "jbuild.jsa", "jbuild.jsa.for", "jrun.classes", "training.tar");
    assertThat(source("io.jrootfs.builder.cli.ClosureCommand")).isEqualTo("shared objects file");
    // The jar has it as class version 49, which no archive takes.
    assertThat(source("picocli.CommandLine")).isEqualTo("shared objects file");
  }

  @Test
  void jrunHasOneToo() throws Exception {
    run("jrun ps; jrun ps -a");
    assertThat(calls()).containsExactly("archive", "start", "start");
    assertThat(source("io.jrootfs.runner.cli.PsCommand")).isEqualTo("shared objects file");
  }

  /** Who shares the directory, or starts it in an image, may have another one. */
  @Test
  void processorThatKnowsLessThanTheOneItWasMadeOnHasItToo() throws Exception {
    run(
        """
        jrun ps
        sed -i 's|^exec |exec qemu-x86_64-static -cpu qemu64 |' jdk/bin/java
        jrun ps -a
        """);
    assertThat(calls()).containsExactly("archive", "start", "start");
    assertThat(source("io.jrootfs.runner.cli.PsCommand")).isEqualTo("shared objects file");
  }

  @Test
  void nearlyAllThatACommandLoadsIsInIt() throws Exception {
    run("jbuild closure sh; jbuild closure sh");
    try (Stream<String> lines = Files.lines(work.resolve("loaded"))) {
      List<Boolean> shared =
          lines
              .filter(line -> line.contains(" source: "))
              .map(line -> line.endsWith("shared objects file"))
              .toList();
      assertThat(shared).hasSizeGreaterThan(1000);
      assertThat(shared.stream().filter(isShared -> !isShared).count())
          .isLessThan(shared.size() / 10);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jbuild --help",
        "jbuild --version",
        "jrun --help",
        "jrun --help-all",
        "jrun --version"
      })
  void whoAsksForHelpDoesNotWaitForOne(String command) throws Exception {
    run(command);
    assertThat(calls()).containsExactly("start");
    assertThat(archives()).containsExactly("jbuild.classes", "jrun.classes", "training.tar");
  }

  @Test
  void anInstallationThatIsMovedMakesItAnew() throws Exception {
    run(
        """
        jbuild closure sh
        cp -rp moved again
        again/bin/jbuild closure sh
        again/bin/jbuild closure sh
        """);
    assertThat(calls()).containsExactly("archive", "start", "archive", "start", "start");
    assertThat(source("io.jrootfs.builder.cli.ClosureCommand")).isEqualTo("shared objects file");
  }

  /** Its own jar stays as it is, and the JVM would refuse the archive without a word. */
  @Test
  void jrunMakesItAnewWhenJbuildIsNewer() throws Exception {
    run(
        """
        jrun ps
        touch -d '1 minute' moved/lib/jrootfs-builder-*.jar
        jrun ps
        """);
    assertThat(calls()).containsExactly("archive", "start", "archive", "start");
  }

  @Test
  void aNewerProgramMakesItAnew() throws Exception {
    run(
        """
        jbuild closure sh
        touch -d '1 minute' moved/lib/jrootfs-builder-*.jar
        jbuild closure sh
        """);
    assertThat(calls()).containsExactly("archive", "start", "archive", "start");
  }

  @Test
  void anotherJavaOfTheSameVersionNumberMakesItAnew() throws Exception {
    run(
        """
        jbuild closure sh
        sed -i 's/^JAVA_VERSION="\\([0-9]*\\).*/JAVA_VERSION="\\1.9.9"/' jdk/release
        jbuild closure sh
        """);
    assertThat(calls()).containsExactly("archive", "start", "archive", "start");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate -s 100 $archive",
        "head -c 1M /dev/urandom >$archive",
        "dd if=/dev/zero of=$archive bs=64 count=2 conv=notrunc status=none",
        "mkfifo fifo; mv -f fifo $archive",
      })
  void aDamagedOneChangesNothingOfTheOutput(String damage) throws Exception {
    Dist.Result result =
        run(
            """
            # What it logs is off, as the script has it.
            export JBUILD_JAVA=$real
            jbuild closure --format list sh >first 2>first.err
            archive=$(echo moved/archives/jbuild-*.jsa)
            chmod u+w $archive
            %s
            timeout 60 jbuild closure --format list sh >second 2>second.err
            cmp first second
            cmp first.err second.err
            """
                .formatted(damage));
    assertThat(result.out() + result.err()).isEmpty();
  }

  @Test
  void whereThereIsNoRoomItIsSaidOnceAndTheCommandDoesItsWork() throws Exception {
    Dist.Result result =
        run(
            """
            command -v unshare >unshare
            unshare --mount sh -euc '
              cp moved/archives/* .
              mount -t tmpfs -o size=4M none moved/archives
              cp *.classes training.tar moved/archives
              jbuild closure --format list sh >first 2>first.err
              jbuild closure --format list sh >second 2>second.err
              ls moved/archives | sed s/-[0-9]*// | LC_ALL=C sort
            '
            cmp first second
            grep -v "^note:" first.err | sed "s/$(echo "$PWD" | sed s,/,.,g)//; s/-[0-9]*[.]jsa/.jsa/" >&2
            ! grep -v "^note:" second.err
            """);
    assertThat(result.out())
        .isEqualTo("jbuild.classes\njbuild.jsa\njbuild.jsa.for\njrun.classes\ntraining.tar\n");
    assertThat(result.err())
        .startsWith(
            "jbuild: warning: starts are slower than they could be, as no class archive could be made: ")
        .endsWith("; remove /moved/archives/jbuild.jsa to have it tried again\n")
        .hasLineCount(1);
    assertThat(calls()).containsExactly("archive", "start", "start");
  }

  @Test
  void whoMayNotWriteThereDoesWithoutIt() throws Exception {
    run("chown -R 1000:1000 .; chown -R 0:0 moved; chmod 755 . moved");
    Dist.Result result =
        dist.shellAs(1000, work, "JBUILD_JAVA=$PWD/jdk jbuild closure --format list sh >list");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("warning");
    assertThat(calls()).containsExactly("start");
    assertThat(archives()).containsExactly("jbuild.classes", "jrun.classes", "training.tar");
  }

  @Test
  void anInterruptLeavesNothingUnfinished() throws Exception {
    Dist.Result result =
        run(
            """
            cat >jdk/bin/java <<'EOF'
            #!/bin/sh
            for word; do
              case $word in -XX:SharedArchiveFile=* | -XX:AOTConfiguration=*) echo half >"${word#*=}" ;; esac
            done
            # As from a terminal, to all of them: the shell that reads what we say, and its parent.
            read -r pid name state parent rest </proc/$PPID/stat
            kill -INT "$PPID" "$parent"
            EOF
            status=0
            jbuild closure sh || status=$?
            echo $status
            """);
    assertThat(result.out()).isEqualTo("130\n");
    assertThat(archives()).containsExactly("jbuild.classes", "jrun.classes", "training.tar");
  }

  @Test
  void whatAKilledOneLeftIsRemoved() throws Exception {
    run(
        """
        version=$(sed -n 's/^JAVA_VERSION=.\\([0-9]*\\).*/\\1/p' jdk/release)
        sh -c 'mkdir "$0$$"; echo half >"$0$$/archive"' "moved/archives/jbuild-$version.jsa.new"
        ls moved/archives | grep new >before
        jbuild closure sh
        """);
    assertThat(archives())
        .containsExactly(
            "jbuild.classes", "jbuild.jsa", "jbuild.jsa.for", "jrun.classes", "training.tar");
  }

  @Test
  void severalThatMakeItAtOnceDoNotDisturbEachOther() throws Exception {
    Dist.Result result =
        run(
            """
            for i in 1 2 3 4; do
              jbuild closure --format list sh >list$i 2>err$i &
            done
            wait
            jbuild closure --format list sh >list
            for i in 1 2 3 4; do
              cmp list list$i
              ! grep -v "^note:" err$i
            done
            """);
    assertThat(result.out()).isEmpty();
    assertThat(archives())
        .containsExactly(
            "jbuild.classes", "jbuild.jsa", "jbuild.jsa.for", "jrun.classes", "training.tar");
    assertThat(source("picocli.CommandLine")).isEqualTo("shared objects file");
  }
}
