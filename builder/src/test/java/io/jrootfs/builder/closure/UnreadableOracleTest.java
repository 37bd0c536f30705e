package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the mode of a file or directory keeps from those who search: jbuild and the loaders are both
 * run without capabilities, so modes mean for them what they mean for ordinary users.
 */
class UnreadableOracleTest {
  private static final String GLIBC = "/lib64/ld-linux-x86-64.so.2";
  private static final String MUSL = "/lib/ld-musl-x86_64.so.1";
  private static final String WITHOUT_CAPABILITIES = "setpriv --bounding-set=-all --inh-caps=-all ";

  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void twoDirectoriesWithTheLibrary() throws Exception {
    ExternalTool.requireRoot();
    work = directory.toRealPath();
    for (String each : new String[] {"1", "2"}) {
      Files.createDirectory(work.resolve(each));
      Files.write(work.resolve(each + "/liba.so"), loadable(ElfBuilder.sharedObject()).build());
    }
  }

  /** What real loaders need to map and search it, as in {@link RandomTree}. */
  private static ElfBuilder loadable(ElfBuilder elf) {
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
        .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
        .trailing(new byte[8192]);
  }

  private void program(String loader, String needed) throws Exception {
    Path program = work.resolve("program");
    Files.write(
        program,
        loadable(ElfBuilder.program(loader).needs(needed).runPath(work + "/1:" + work + "/2"))
            .build());
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  static Stream<Arguments> places() {
    return Stream.of(GLIBC, MUSL)
        .flatMap(
            loader ->
                Stream.of(
                        "chmod 0 1/liba.so",
                        "chmod 0 1",
                        "chmod 444 1",
                        "mkdir -p p/q; mv 1/liba.so p/q/; rm -d 1; ln -s p/q 1; chmod 0 p",
                        "mkdir p; mv 1/liba.so p; ln -s ../p/liba.so 1/; chmod 0 p")
                    .map(script -> Arguments.of(loader, script)));
  }

  @ParameterizedTest
  @MethodSource("places")
  void theNextDirectoryCountsAndAWarningTells(String loader, String script) throws Exception {
    program(loader, "liba.so");
    ExternalTool.shell(work, script);

    assertThat(loaders(loader)).isEqualTo(work + "/2/liba.so");
    assertThat(ours())
        .contains(work + "/2/liba.so\n")
        .doesNotContain("\n" + work + "/1")
        .contains(
            "may not be read or searched by this user, so what comes next in the search counted, as"
                + " it does for the loader; run this as a user who may read it, or change its mode"
                + " with chmod\n");
  }

  @ParameterizedTest
  @MethodSource("places")
  void whoMayReadEverythingGetsTheFirst(String loader, String script) throws Exception {
    program(loader, "liba.so");
    ExternalTool.shell(work, script);
    String all = jbuild("");
    assertThat(all).contains("liba.so\n").doesNotContain(work + "/2").doesNotContain("may not be");
  }

  @Test
  void whatIsNowhereElseIsMissingAndTheSearchTellsWhy() throws Exception {
    program(GLIBC, "liba.so");
    ExternalTool.shell(work, "chmod 0 1 2/liba.so");
    assertThat(loaders(GLIBC)).isEmpty();
    assertThat(ours())
        .contains(
            work + "/1 (run path: " + work + "/1 may not be searched by this user)",
            work + "/2 (run path: may not be read by this user)");
  }

  private String loaders(String loader) throws Exception {
    return ExternalTool.shell(
            work,
            WITHOUT_CAPABILITIES
                + "$1 --list ./program 2>&1 | sed -n 's/^\\tliba.so => \\(\\/.*\\) (0x.*/\\1/p'",
            loader)
        .strip();
  }

  private String ours() throws Exception {
    return jbuild(WITHOUT_CAPABILITIES);
  }

  /**
   * The list of the program's closure, and all that is said. Where a library is missing the status
   * is 1, which the output that is compared tells as well.
   */
  private String jbuild(String prefix) throws Exception {
    return ExternalTool.shell(
        work,
        prefix
            + "$1/bin/java -cp \"$2\" io.jrootfs.builder.cli.Main closure --format list ./program"
            + " 2>&1 || true",
        System.getProperty("java.home"),
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
  }
}
