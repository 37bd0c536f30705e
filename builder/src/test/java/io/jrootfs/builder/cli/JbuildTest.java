package io.jrootfs.builder.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.ForeignTool;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a contract: exit status, standard output, standard error. */
class JbuildTest {
  private static final ImmutableMap<String, String> ENVIRONMENT =
      ImmutableMap.of("PATH", "/usr/local/bin:/usr/bin:/bin");

  @TempDir Path work;

  private static Invocation jbuild(String... arguments) {
    return jbuild(ENVIRONMENT, arguments);
  }

  private static Invocation jbuild(ImmutableMap<String, String> environment, String... arguments) {
    return Invocation.with(environment, arguments);
  }

  private String output() {
    return work.resolve("out").toString();
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|jbuild: a command is missing. See 'jbuild --help'.",
        "rotfs|jbuild: unknown command 'rotfs'; did you mean 'rootfs'? See 'jbuild --help'.",
        "rootfs|jbuild rootfs: nothing to put into the image: give --add, --copy, --with,"
            + " --debootstrap, --from or --recipe. See 'jbuild rootfs --help'.",
        "rootfs --ad ls|jbuild rootfs: unknown option '--ad'; did you mean '--add'?"
            + " See 'jbuild rootfs --help'.",
        "rootfs --add ls,,id|jbuild rootfs: --add names a program that is empty; it is"
            + " NAME[,NAME...]. See 'jbuild rootfs --help'.",
        "rootfs --add ls -o -|jbuild rootfs: an image is a file, '-o -' is none; './-' is the file"
            + " of that name. See 'jbuild rootfs --help'.",
        "rootfs --add ls --source-date-epoch x|jbuild rootfs: --source-date-epoch is 'x', not a"
            + " number of seconds from 0 to 253402300799. See 'jbuild rootfs --help'.",
        "rootfs --add ls --variant minbase|jbuild rootfs: --variant goes with --debootstrap SUITE."
            + " See 'jbuild rootfs --help'.",
        "rootfs --add ls -o a --source-date-epoch 5 -o b|jbuild rootfs: option '--output' is given"
            + " twice; leave one of them out. See 'jbuild rootfs --help'.",
        "rootfs --debootstrap x --mirror a --mirror b|jbuild rootfs: option '--mirror' is given"
            + " twice; leave one of them out. See 'jbuild rootfs --help'.",
        "rootfs --debootstrap ../x|jbuild rootfs: '../x' is not a suite."
            + " See 'jbuild rootfs --help'.",
        "rootfs --add ls -e FOO|jbuild rootfs: --env takes NAME=VALUE, and 'FOO' has no '='."
            + " See 'jbuild rootfs --help'.",
        "rootfs --add ls --label FOO|jbuild rootfs: --label takes NAME=VALUE, and 'FOO' has no '='."
            + " See 'jbuild rootfs --help'.",
        "rootfs --add ls --annotation FOO|jbuild rootfs: --annotation takes NAME=VALUE, and 'FOO'"
            + " has no '='. See 'jbuild rootfs --help'.",
        "lock --set FOO x.yaml|jbuild lock: --set takes NAME=VALUE, and 'FOO' has no '='."
            + " See 'jbuild lock --help'.",
        "rootfs --add ls -t a/B|jbuild rootfs: image name 'a/B': 'a/B' is no repository, which has"
            + " lower-case letters and digits, and between them single '.', '_', '__' or '-';"
            + " 'a/b' would be one. See 'jbuild rootfs --help'.",
        "push image.tar x:|jbuild push: image name 'x:': the tag must be 1 to 128 letters, digits,"
            + " '_', '.', '-', not starting with . or -. See 'jbuild push --help'.",
        "pull x@sha256:12|jbuild pull: image name 'x@sha256:12': 'sha256:12' is no digest, which is"
            + " 'sha256:' and 64 hexadecimal digits in lower case. See 'jbuild pull --help'.",
        "pull docker://host/x|jbuild pull: image name 'docker://host/x': a name begins with the"
            + " registry; leave out 'docker://'. See 'jbuild pull --help'.",
        "rootfs --copy t:../x|jbuild rootfs: --copy 't:../x': there is no such file, and as"
            + " SRC:DEST its DEST '../x' must begin with '/'. See 'jbuild rootfs --help'.",
        "rootfs --copy t:x|jbuild rootfs: --copy 't:x': there is no such file, and as SRC:DEST its"
            + " DEST 'x' must begin with '/'. See 'jbuild rootfs --help'.",
        "closure --foo|jbuild closure: unknown option '--foo'; did you mean '--format'?"
            + " See 'jbuild closure --help'.",
        "rootfs ls|jbuild rootfs: unexpected argument 'ls'. See 'jbuild rootfs --help'.",
        "closure|jbuild closure: give the NAME of a program. See 'jbuild closure --help'.",
      })
  void wrongUseIsOneLineWithAHint(String arguments, String line) {
    Invocation result = jbuild(arguments == null ? new String[0] : arguments.split(" "));
    assertThat(result).isEqualTo(new Invocation(2, "", line + "\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rootfs --add ls --format dockr",
        "rootfs --add ls --format rootfs --print-digest",
        "rootfs --add ls --compress xz",
        "rootfs --add ls --format dir",
        "rootfs --add ls --format rootfs -t name",
        "rootfs --add ls --format dir -o x --compress gzip",
        "rootfs --add ls --source-date-epoch -1",
        "rootfs --add ls --source-date-epoch soon",
        "rootfs --copy :/x",
        "rootfs --add ls --slim",
        "rootfs --debootstrap bookworm --bootstrap-tool yum",
        "rootfs --debootstrap bookworm --mirror mirror",
        "rootfs --debootstrap bookworm --components main,--x",
        "rootfs --add ls --components main",
        "rootfs --debootstrap bookworm --include curl,--x",
        "rootfs --debootstrap bookworm --arch=-x",
        "rootfs --debootstrap bookworm --progress loud",
        "rootfs --copy /etc/passwd:/a/../b",
        "closure ls --format yaml",
      })
  void valuesThatCannotBeAreWrongUse(String arguments) {
    Invocation result = jbuild(arguments.split(" "));
    assertThat(result.status()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("jbuild ").hasLineCount(1).contains("--help'");
  }

  @Test
  void aSourceDateInTheEnvironmentThatIsNoNumberIsWrongUse() {
    Invocation result =
        jbuild(ImmutableMap.of("SOURCE_DATE_EPOCH", "yesterday"), "rootfs", "--add", "/bin/ls");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("SOURCE_DATE_EPOCH is 'yesterday'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text|is|text",
        "directory|is|directory",
        "truncated|ends|truncated",
        "nonesuch|no|nonesuch",
      })
  void whatIsNoProgramIsTheRequestsFault(String file, String fault, String named)
      throws IOException {
    Path places = Files.createTempDirectory("programs");
    Files.writeString(places.resolve("text"), "just words\n");
    Files.createDirectory(places.resolve("directory"));
    byte[] elf = Files.readAllBytes(Path.of("/bin/ls"));
    Files.write(places.resolve("truncated"), java.util.Arrays.copyOf(elf, 100));
    for (String name : List.of("text", "truncated")) {
      assertThat(places.resolve(name).toFile().setExecutable(true)).isTrue();
    }

    Invocation result = jbuild("rootfs", "--add", places.resolve(file).toString(), "-o", output());

    assertThat(result.status()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).hasLineCount(1).contains(named).contains(fault);
    assertNothingLeft();
  }

  /** Programs of mips, which has no name among our machines, static and musl's. */
  @ParameterizedTest
  @ValueSource(strings = {"", "/lib/ld-musl-mips.so.1"})
  void aProgramOfAMachineWithoutPlatformMakesNoImageButAClosure(String loader) throws IOException {
    ElfBuilder program = loader.isEmpty() ? ElfBuilder.staticProgram() : ElfBuilder.program(loader);
    Path root = Files.createDirectories(work.resolve("mips/lib")).getParent();
    Files.write(
        root.resolve("app"), program.on(ElfClass.ELFCLASS32, ByteOrder.BIG_ENDIAN, 8).build());
    Files.write(
        root.resolve("lib/ld-musl-mips.so.1"),
        ElfBuilder.sharedObject()
            .on(ElfClass.ELFCLASS32, ByteOrder.BIG_ENDIAN, 8)
            .trailing("\0/etc/ld-musl-mips.path\0".getBytes(StandardCharsets.US_ASCII))
            .build());
    assertThat(root.resolve("app").toFile().setExecutable(true)).isTrue();

    Invocation closure = jbuild("closure", "--sysroot", root.toString(), "/app");
    assertThat(closure.status()).as(closure.err()).isZero();
    Invocation result =
        jbuild("rootfs", "--sysroot", root.toString(), "--add", "/app", "-o", output());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).hasLineCount(1).contains("/app", "knows no image platform for");
  }

  @Test
  void anEmptySourceDateInTheEnvironmentIsNone() throws IOException {
    String image = work.resolve("dated.tar").toString();
    Invocation result =
        Invocation.with(
            ImmutableMap.of("PATH", "/usr/bin:/bin", "SOURCE_DATE_EPOCH", ""),
            "rootfs",
            "-q",
            "--add",
            "true",
            "-o",
            image);
    assertThat(result).isEqualTo(new Invocation(0, "", ""));
    assertThat(Invocation.of("inspect", image).out()).contains("  Created: 1970-01-01T00:00:00Z\n");
  }

  @Test
  void allUnknownProgramsAreNamedAtOnce() throws IOException {
    String none = "there is no program %s in /usr/local/bin:/usr/bin:/bin";
    String expected = "%s: " + none + "\n" + none + "\n";
    assertThat(Invocation.of("closure", "bash", "qqqqqqq1", "ls", "qqqqqqq2", "qqqqqqq1"))
        .isEqualTo(
            new Invocation(
                1, "", String.format(expected, "jbuild closure", "qqqqqqq1", "qqqqqqq2")));
    assertThat(Invocation.of("rootfs", "--add", "ls,qqqqqqq1,qqqqqqq2", "-o", output()))
        .isEqualTo(
            new Invocation(
                1, "", String.format(expected, "jbuild rootfs", "qqqqqqq1", "qqqqqqq2")));
    assertNothingLeft();
  }

  @Test
  void aDirectoryThatIsNamedLikeAPathIsOne() {
    assertThat(Invocation.of("closure", "."))
        .isEqualTo(
            new Invocation(
                1,
                "",
                "jbuild closure: cannot use "
                    + Path.of("").toAbsolutePath()
                    + " as a program: it is a directory; name a program inside it\n"));
  }

  @Test
  void anImageInARegistryIsToBeFetchedFirst() {
    for (String name : new String[] {"debian:12", "registry.example.org/team/x", "localhost/x:1"}) {
      for (String command : new String[] {"inspect", "check"}) {
        assertThat(Invocation.of(command, name))
            .isEqualTo(
                new Invocation(
                    3,
                    "",
                    String.format(
                        "jbuild %s: %s: no such file or directory; an image in a registry is"
                            + " fetched first, with 'jbuild pull %s -o FILE'%n",
                        command, name, name)));
      }
    }
    for (String name : new String[] {"none.tar", "./none.tar", "some/none.tar", "/a:b"}) {
      assertThat(Invocation.of("diff", name, name))
          .isEqualTo(
              new Invocation(3, "", "jbuild diff: " + name + ": no such file or directory\n"));
    }
  }

  @Test
  void aFileThatWasProbablyMeantIsNamed() throws IOException {
    Path image = Files.createFile(work.resolve("image.tar"));
    for (String name : new String[] {"image", "imgae.tar"}) {
      assertThat(Invocation.of("inspect", work.resolve(name).toString()).err())
          .isEqualTo(
              String.format(
                  "jbuild inspect: %s: no such file or directory; did you mean %s?%n",
                  work.resolve(name), image));
    }
  }

  @Test
  void aLibraryPathThatIsNoDirectoryIsWarnedOf() {
    String none = work.resolve("none").toString();
    String warning =
        "--library-path: there is no directory " + none + ", so nothing is found by it";
    String[] closure = {"closure", "--library-path", work + ":" + none, "true"};
    assertThat(Invocation.of(closure).err()).isEqualTo("jbuild closure: " + warning + "\n");
    assertThat(Invocation.of("closure", "-q", "--library-path", none, "true").err()).isEmpty();
    assertThat(
            Invocation.of("rootfs", "--library-path", none, "--add", "true", "-o", output()).err())
        .startsWith("jbuild rootfs: " + warning + "\n");
  }

  @Test
  void aLockIsToldOfByItsOwnName() {
    assertThat(Invocation.of("lock", "nosuch.yaml"))
        .isEqualTo(new Invocation(3, "", "jbuild lock: nosuch.yaml: no such file or directory\n"));
  }

  @Test
  void anUnknownProgramIsNamedWithWhereItWasSearchedAndWhatIsNear() throws IOException {
    Invocation result = jbuild("rootfs", "--add", "bash,lss", "-o", output());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("lss").contains("/usr/bin").contains("ls");
    assertNothingLeft();
  }

  @Test
  void theOutputsOfAllFormatsAreReported() throws IOException {
    for (String format : List.of("hybrid", "rootfs", "dir")) {
      Path output = work.resolve(format);
      Invocation result = jbuild("rootfs", "--add", "true", "--format", format, "-o", "" + output);
      assertThat(result.status()).as(result.err()).isZero();
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).startsWith(output + ": ").contains(" entries, ");
      assertThat(output).exists();
    }
    assertThat(work.resolve("dir/usr/bin/true")).isExecutable();
  }

  /** By which registries, engines and layers' readers know the image, as skopeo reads it. */
  @Test
  void theDigestsOfAnImageAreReported() throws IOException {
    Path base = work.resolve("base.tar");
    assertThat(jbuild("rootfs", "--add", "true", "-o", "" + base).status()).isZero();
    Path output = work.resolve("image.tar");
    Invocation result =
        jbuild("rootfs", "--from", "" + base, "--copy", "/etc/services", "-o", "" + output);
    ForeignTool tool = new ForeignTool(work);
    String manifest = tool.skopeo("inspect", "--raw", "oci-archive:" + output);
    StringBuilder expected = new StringBuilder();
    expected.append("  manifest ").append(Digest.of(manifest.getBytes(UTF_8))).append("\n");
    String config = tool.skopeo("inspect", "--raw", "--config", "oci-archive:" + output);
    expected.append("  image ID ").append(Digest.of(config.getBytes(UTF_8))).append("\n");
    for (JsonNode diffId : new ObjectMapper().readTree(config).at("/rootfs/diff_ids")) {
      expected.append("  diff ID  ").append(diffId.asText()).append("\n");
    }
    assertThat(result.err()).endsWith(expected.toString()).hasLineCount(5);
  }

  @Test
  void quietMeansNothingIsSaid() {
    assertThat(jbuild("rootfs", "--add", "true", "-q", "-o", output()))
        .isEqualTo(new Invocation(0, "", ""));
  }

  @Test
  void lookingFirstWritesNothing() throws IOException {
    Invocation explained = jbuild("rootfs", "--add", "true", "--explain", "-o", output());
    assertThat(explained.status()).isZero();
    assertThat(explained.out()).contains("libc.so.6").contains("ld.so.cache");

    Invocation copied = jbuild("rootfs", "--copy", "/etc/passwd:/x", "--explain", "-o", output());
    assertThat(copied).isEqualTo(new Invocation(0, "/etc/passwd => /x [copied]\n", ""));

    Invocation listed = jbuild("rootfs", "--add", "true", "--dry-run", "-o", output());
    assertThat(listed.status()).isZero();
    assertThat(listed.out()).contains("drwxrwxrwt").contains("/usr/bin/true").contains("/proc");
    assertNothingLeft();
  }

  @Test
  void aDirectoryWithFilesIsNotReplaced() throws IOException {
    Files.writeString(work.resolve("precious"), "x");
    Invocation result = jbuild("rootfs", "--add", "true", "--format", "dir", "-o", work.toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).contains("not empty");
    assertThat(work.resolve("precious")).hasContent("x");
  }

  @Test
  void anOutputThatCannotBeWrittenIsTheEnvironmentsFault() throws IOException {
    Invocation result =
        jbuild("rootfs", "--add", "true", "-o", work.resolve("no/such/x").toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).hasLineCount(1).contains("does not exist");
    assertThat(jbuild("rootfs", "--add", "true", "-o", work.toString()).status()).isEqualTo(3);
    assertThat(jbuild("rootfs", "--add", "true", "-o", "/proc/x").err())
        .isEqualTo(
            "jbuild rootfs: /proc/x: cannot be written: no file can be created in /proc: it takes no new"
                + " files\n");
    assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid", "rootfs", "dir"})
  void aFullDiskIsNamedAndNothingIsLeftOnIt(String format) throws Exception {
    Path disk = Files.createDirectory(work.resolve("disk"));
    assertThat(run("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString())).isZero();
    try {
      String output = disk.resolve("out").toString();
      Invocation result = jbuild("rootfs", "--add", "bash", "--format", format, "-o", output);
      assertThat(result.status()).isEqualTo(3);
      assertThat(result.err())
          .startsWith("jbuild rootfs: " + disk)
          .contains("No space left on device")
          .hasLineCount(1);
      try (Stream<Path> left = Files.list(disk)) {
        assertThat(left).isEmpty();
      }
    } finally {
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void copiesThatDisagreeNameBothSources() throws IOException {
    Path one = Files.writeString(work.resolve("one"), "1");
    Path two = Files.writeString(work.resolve("two"), "2");
    Invocation result =
        jbuild("rootfs", "--copy", one + ":/f", "--copy", two + ":/f", "-o", output());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("/f").contains("" + one).contains("" + two);
    assertThat(Path.of(output())).doesNotExist();
  }

  @Test
  void aCopyThatIsMissingIsNamed() {
    Invocation result = jbuild("rootfs", "--copy", "/nonesuch", "-o", output());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).isEqualTo("jbuild rootfs: /nonesuch: no such file or directory\n");
  }

  @Test
  void theClosureNamesEveryFileOnItsOwnLine() {
    Invocation result = jbuild("closure", "--format", "list", "true");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines())
        .contains("/usr/bin/true")
        .anyMatch(l -> l.endsWith("libc.so.6"));
  }

  @Test
  void aSysrootIsSearchedInsteadOfTheSystem() throws IOException {
    Path root = work.resolve("root");
    assertThat(jbuild("rootfs", "--add", "true", "--format", "dir", "-o", "" + root).status())
        .isZero();
    assertThat(jbuild("closure", "--sysroot", "" + root, "true").status()).isZero();

    Invocation absent = jbuild("closure", "--sysroot", "" + root, "ls");
    assertThat(absent.status()).isEqualTo(1);
    assertThat(absent.err()).contains("ls");
  }

  @Test
  void aMissingLibraryNamesWhoNeedsItAndWhereItWasSearched() throws IOException {
    Path root = work.resolve("root");
    assertThat(jbuild("rootfs", "--add", "true", "--format", "dir", "-o", "" + root).status())
        .isZero();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path libc : files.filter(f -> f.endsWith("libc.so.6")).toList()) {
        Files.delete(libc);
      }
    }

    Invocation result = jbuild("rootfs", "--sysroot", "" + root, "--add", "true", "-o", output());

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .hasLineCount(1)
        .contains("libc.so.6")
        .contains("needed by /usr/bin/true")
        .contains("searched ");
    assertThat(Path.of(output())).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jbuild",
        "jbuild rootfs",
        "jbuild closure",
        "jbuild explain",
        "jbuild lock",
        "jbuild test"
      })
  void helpHasExamplesAndExitCodes(String command) {
    Invocation result =
        jbuild((command.substring("jbuild".length()) + " --help").strip().split(" "));
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("Usage: " + command).contains("Examples:", "Exit codes:");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void versionNamesJavaAndKernel() {
    Invocation result = jbuild("--version");
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("jbuild ").contains("Java ", "Linux ");
  }

  @Test
  void namesThatAreNotAsciiAreWrittenAsTheyAre() throws IOException {
    Path file = Files.writeString(work.resolve("gr\u00fc\u00dfe"), "x", StandardCharsets.UTF_8);
    Invocation result = jbuild("rootfs", "--copy", file + ":/gr\u00fc\u00dfe", "--dry-run");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("/gr\u00fc\u00dfe");
  }

  @Test
  void aReaderThatLeavesIsNoErrorToTalkAbout() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--help")
            .start();
    // Long before a JVM could have written something.
    process.getInputStream().close();
    assertThat(process.getErrorStream().readAllBytes()).asString().isEmpty();
    assertThat(process.waitFor()).isEqualTo(141);
  }
}
