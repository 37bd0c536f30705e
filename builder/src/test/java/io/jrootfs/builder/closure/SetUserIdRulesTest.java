package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.closure.Closure.Missing;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What glibc refuses to a program that gains privileges, and the closure therefore misses. */
class SetUserIdRulesTest {
  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root = SysrootFixture.glibc(directory);
  }

  private Closure closureOf(String path) throws Exception {
    root.setUserId(path);
    return root.closureOf(path);
  }

  @Test
  void originThatLeadsToASystemDirectoryCounts() throws Exception {
    root.elf("/usr/bin/app", program().needs("liba.so").runPath("$ORIGIN/../lib/app"))
        .library("/usr/lib/app/liba.so");
    assertThat(closureOf("/usr/bin/app").missing()).isEmpty();
  }

  @Test
  void originThatLeadsElsewhereDoesNot() throws Exception {
    root.elf("/opt/bin/app", program().needs("liba.so").runPath("$ORIGIN/../lib"))
        .library("/opt/lib/liba.so");
    assertThat(closureOf("/opt/bin/app").missing().get(0).sentence())
        .contains("$ORIGIN/../lib (run path: of no effect in a program that gains privileges");
  }

  @Test
  void originBehindSomethingElseDoesNot() throws Exception {
    root.elf("/usr/bin/app", program().needs("liba.so").runPath("/usr/lib/$ORIGIN"))
        .library("/usr/lib/usr/bin/liba.so");
    assertThat(closureOf("/usr/bin/app").missing()).hasSize(1);
  }

  @Test
  void originOfALibraryMayLeadAnywhere() throws Exception {
    root.elf("/opt/bin/app", program().needs("liba.so").runPath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so").runPath("$ORIGIN/more"))
        .library("/opt/lib/more/libb.so");
    assertThat(closureOf("/opt/bin/app").missing()).isEmpty();
  }

  @Test
  void aTokenInANeededNameEndsTheProgram() throws Exception {
    root.elf("/usr/bin/app", program().needs("$ORIGIN/../lib/liba.so")).library("/usr/lib/liba.so");
    assertThat(closureOf("/usr/bin/app").missing())
        .extracting(Missing::requested)
        .containsExactly("$ORIGIN/../lib/liba.so");
  }
}
