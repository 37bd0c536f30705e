package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of gcc with versioned symbols; each claim is also put to this machine's loader. */
class SymbolVersionTest {
  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void programThatNeedsTheSecondVersion() throws Exception {
    work = directory.toRealPath();
    Files.writeString(
        work.resolve("lib.c"), "#include <stdlib.h>\nint answer(void) { return abs(-42); }\n");
    Files.writeString(
        work.resolve("main.c"), "int answer(void); int main(void) { return answer() != 42; }\n");
    Files.writeString(work.resolve("v1"), "V_1 { local: *; };\n");
    Files.writeString(work.resolve("v1-answers"), "V_1 { global: answer; };\n");
    Files.writeString(work.resolve("v2"), "V_1 { local: *; }; V_2 { global: answer; } V_1;\n");
    library("-Wl,--version-script=v2");
    ExternalTool.shell(
        work, "gcc -o program main.c -L. -lversioned -Wl,-rpath,'$ORIGIN',--enable-new-dtags");
  }

  private void library(String flag) throws Exception {
    ExternalTool.shell(
        work,
        "gcc -shared -fPIC -fno-builtin -o libversioned.so lib.c -Wl,-soname,libversioned.so $1",
        flag);
  }

  private Closure closure() throws Exception {
    String program = work.resolve("program").toString();
    return new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
        .resolve(ImmutableList.of(new Program(program, SysrootPath.of(program))));
  }

  /** What the loader complains of; empty if the program runs. */
  private String complaint() throws Exception {
    Process process =
        new ProcessBuilder(work.resolve("program").toString()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : output;
  }

  @Test
  void aLibraryThatDefinesTheVersionServes() throws Exception {
    assertThat(complaint()).isEmpty();
    assertThat(closure().missing()).isEmpty();
  }

  @Test
  void aLibraryThatLacksTheVersionEndsTheProgram() throws Exception {
    library("-Wl,--version-script=v1-answers");
    assertThat(complaint()).contains("version `V_2' not found");
    assertThat(closure().missing())
        .extracting(Closure.Missing::sentence)
        .containsExactly(
            "libversioned.so (V_2), needed by "
                + work.resolve("program")
                + ", was not found: "
                + work.resolve("libversioned.so")
                + " defines no such version; install what provides it and try again");
  }

  @Test
  void aLibraryWithoutVersionsIsTakenAsItIs() throws Exception {
    library("-Wl,-z,now");
    assertThat(complaint()).isEmpty();
    assertThat(closure().missing()).isEmpty();
  }

  /** The loader compares the hash that stands in the file, and then the name as well. */
  @Test
  void aHashThatIsNotThatOfTheNameFindsNothingUnlessBothSidesHaveIt() throws Exception {
    giveTheSecondVersionAnotherHash("program");
    assertThat(complaint()).contains("version `V_2' not found");
    assertThat(closure().missing())
        .extracting(Closure.Missing::sentence)
        .containsExactly(
            "libversioned.so (V_2), needed by "
                + work.resolve("program")
                + ", was not found: "
                + work.resolve("libversioned.so")
                + " defines it under another hash, by which loaders find it; install what provides"
                + " it and try again");
    giveTheSecondVersionAnotherHash("libversioned.so");
    assertThat(complaint()).isEmpty();
    assertThat(closure().missing()).isEmpty();
  }

  private void giveTheSecondVersionAnotherHash(String file) throws Exception {
    // The gABI's hash of "V_2" is 0x5c22.
    ExternalTool.shell(
        work,
        "perl -0777 -pi -e 's/\\x22\\x5c\\x00\\x00/\\x23\\x5c\\x00\\x00/g == 1 or die' \"$1\"",
        file);
  }
}
