package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What in a root does not start, and what just may not. */
class RootCheckTest {
  private static final ImmutableList<SysrootPath> SEARCH_PATH =
      ImmutableList.of(SysrootPath.of("/bin"));

  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root = SysrootFixture.glibc(directory);
  }

  private RootCheck.Report check(Optional<String> command) throws Exception {
    return RootCheck.check(root.sysroot(), command, SEARCH_PATH);
  }

  private List<String> problems() throws Exception {
    return check(Optional.empty()).findings().stream()
        .filter(Finding::isProblem)
        .map(Finding::sentence)
        .toList();
  }

  private List<String> remarks() throws Exception {
    RootCheck.Report report = check(Optional.empty());
    assertThat(report.isGood()).isTrue();
    return report.findings().stream().map(Finding::sentence).toList();
  }

  @Test
  void aRootInWhichEverythingStartsIsGood() throws Exception {
    root.elf("/bin/app", program().needs("liba.so"))
        .library("/lib/liba.so")
        .script("/bin/run", "#!/bin/app\n")
        .symlink("/bin/link", "app");
    assertThat(check(Optional.of("app")))
        .isEqualTo(new RootCheck.Report(1, 2, 1, ImmutableList.of()));
  }

  @Test
  void aProgramWithoutItsLibraryIsAProblem() throws Exception {
    root.elf("/bin/app", program().needs("liba.so"));
    assertThat(problems()).hasSize(1).first().asString().startsWith("liba.so, needed by /bin/app");
  }

  @Test
  void aLibraryThatLacksSomethingIsToldOfOnceHoweverManyProgramsLoadIt() throws Exception {
    root.elf("/bin/one", program().needs("liba.so"))
        .elf("/bin/two", program().needs("liba.so"))
        .elf("/lib/liba.so", sharedObject().needs("libgone.so"));
    assertThat(problems())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("libgone.so, needed by /lib/liba.so");
  }

  @Test
  void aProgramOfAnUnknownLoaderIsAProblem() throws Exception {
    root.elf("/bin/app", program("/system/bin/linker64"))
        .elf("/system/bin/linker64", sharedObject());
    assertThat(problems())
        .containsExactly(
            "cannot tell what /bin/app loads: the dynamic loader /system/bin/linker64 is Android's,"
                + " which is not supported: only those of the GNU C library and of musl are; --copy"
                + " takes the program and its libraries as files like any other");
  }

  @Test
  void aPluginThatNeedsWhatItsProgramBringsIsARemark() throws Exception {
    root.elf("/bin/app", program().needs("libcore.so").runPath("/opt/app"))
        .library("/opt/app/libcore.so")
        .elf("/opt/app/plugins/libplugin.so", sharedObject().needs("libcore.so"));
    assertThat(remarks())
        .containsExactly(
            "/opt/app/plugins/libplugin.so needs libcore.so, which is found only by a program that"
                + " has loaded /opt/app/libcore.so before or searches there");
  }

  @Test
  void aCommandThatIsAScriptWithoutInterpreterIsAProblemAndAnExampleARemark() throws Exception {
    root.script("/bin/run", "#!/usr/bin/python9\n")
        .script("/usr/share/doc/example", "#!/usr/bin/perl9\n");
    assertThat(check(Optional.empty()).findings())
        .extracting(Finding::severity, finding -> finding.sentence().substring(0, 18))
        .containsExactly(
            tuple(Finding.Severity.PROBLEM, "/usr/bin/python9, "),
            tuple(Finding.Severity.REMARK, "/usr/bin/perl9, ne"));
  }

  @Test
  void danglingCommandsAreProblemsOtherLinksRemarksAndTheKernelsNothing() throws Exception {
    root.symlink("/bin/gone", "../opt/gone").symlink("/etc/mtab", "/proc/mounts");
    assertThat(problems())
        .containsExactly("/bin/gone is a link to ../opt/gone, which is not there");
  }

  @Test
  void theImagesOwnCommandMustBeThere() throws Exception {
    root.library("/lib/liba.so");
    assertThat(check(Optional.of("server")).findings())
        .extracting(Finding::sentence)
        .containsExactly("the image's own command: there is no program server in /bin");
  }

  @Test
  void aBrokenElfFileIsNamedWithFieldAndOffset() throws Exception {
    root.elf("/lib/liba.so", sharedObject().soname("a").with("DT_STRSZ", 0));
    assertThat(problems())
        .containsExactly(
            "/lib/liba.so is malformed: DT_SONAME at offset 240 has string index 1 in a string"
                + " table of 0 bytes");
  }

  @Test
  void aLibraryForBetterProcessorsThanItsDirectoryPromisesIsAProblem() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p lib/glibc-hwcaps/x86-64-v2;"
            + "for to in lib lib/glibc-hwcaps/x86-64-v2; do"
            + "  echo | gcc -shared -x c -nostdlib -Wl,-z,x86-64-v3 -o $to/liba.so -;"
            + "done");
    assertThat(check(Optional.empty()).findings())
        .extracting(Finding::isProblem, Finding::sentence)
        .containsExactlyInAnyOrder(
            tuple(
                true,
                "/lib/glibc-hwcaps/x86-64-v2/liba.so needs a processor of level x86-64-v3, but"
                    + " stands where those of level 2 look"),
            tuple(false, "/lib/liba.so needs a processor of level x86-64-v3"));
  }

  @Test
  void aFifoNamedLikeALibraryBlocksNothing() throws Exception {
    root.elf("/bin/app", program().needs("liba.so"));
    ExternalTool.shell(directory, "mkdir -p lib && mkfifo lib/liba.so");
    assertThat(problems())
        .hasSize(1)
        .first()
        .asString()
        .contains("the loader gives up at /lib/liba.so, which is not a regular file");
  }
}
