package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who counts as the requester of an object, and by what names an object in memory is known. */
class RequestersTest {
  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root = SysrootFixture.glibc(directory);
  }

  private List<String> librariesOf(String program) throws Exception {
    Closure closure = root.closureOf(program);
    assertThat(closure.missing()).isEmpty();
    return closure.edges().stream()
        .filter(edge -> edge.from().isPresent() && !edge.requested().startsWith("/lib64/ld-"))
        .map(it -> it.requested() + " => " + it.to().requested() + " [" + it.foundBy() + "]")
        .toList();
  }

  @Test
  void theFirstRequesterOfAnObjectStaysItsRequester() throws Exception {
    // libtwo.so asks for libc.so too, but later; its rpath does not count for what libc.so needs.
    root.elf("/opt/app", program().needs("libone.so", "libtwo.so").runPath("/opt/lib"))
        .elf("/opt/lib/libone.so", sharedObject().needs("libc.so").rpath("/opt/one"))
        .elf("/opt/lib/libtwo.so", sharedObject().needs("libc.so").rpath("/opt/two"))
        .elf("/opt/one/libc.so", sharedObject().needs("libd.so"))
        .library("/opt/one/libd.so")
        .library("/opt/two/libd.so")
        .library("/opt/two/libc.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "libone.so => /opt/lib/libone.so [run path]",
            "libtwo.so => /opt/lib/libtwo.so [run path]",
            "libc.so => /opt/one/libc.so [rpath of /opt/lib/libone.so]",
            "libc.so => /opt/one/libc.so [already loaded]",
            "libd.so => /opt/one/libd.so [rpath of /opt/lib/libone.so]");
  }

  @Test
  void anObjectAnswersToThePathItWasFoundUnderAndToNamesItWasAskedForBefore() throws Exception {
    root.elf("/opt/app", program().needs("libone.so", "/opt/lib/libone.so").runPath("/opt/lib"))
        .elf("/opt/lib/libone.so", sharedObject().soname("libother.so").needs("libtwo.so"))
        .elf("/lib/libtwo.so", sharedObject().needs("libone.so", "libother.so"))
        .library("/lib/libone.so")
        .library("/lib/libother.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "libone.so => /opt/lib/libone.so [run path]",
            "/opt/lib/libone.so => /opt/lib/libone.so [already loaded]",
            "libtwo.so => /lib/libtwo.so [default path]",
            "libone.so => /opt/lib/libone.so [already loaded]",
            "libother.so => /opt/lib/libone.so [already loaded]");
  }

  @Test
  void aNameByWhichTheSameFileWasFoundOnceMoreIsItsNameFromThenOn() throws Exception {
    root.elf("/opt/app", program().needs("libone.so", "libalias.so", "libtwo.so").runPath("/opt/1"))
        .library("/opt/1/libone.so")
        .symlink("/opt/1/libalias.so", "libone.so")
        .elf("/opt/1/libtwo.so", sharedObject().needs("libalias.so"));
    assertThat(librariesOf("/opt/app"))
        .endsWith("libalias.so => /opt/1/libone.so [already loaded]");
  }

  @Test
  void theProgramItselfIsAnObjectThatAnswersToItsSoname() throws Exception {
    root.elf("/opt/app", program().soname("libself.so").needs("liba.so").runPath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libself.so"));
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [run path]", "libself.so => /opt/app [already loaded]");
  }
}
