package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from a program to a file, by whatever name the file is asked for. */
class ReasonsTest {
  @TempDir Path directory;
  private Closure closure;

  @BeforeEach
  void twoWaysToOneLibrary() throws Exception {
    closure =
        SysrootFixture.glibc(directory)
            .elf("/bin/one", program().needs("liba.so", "libz.so.1"))
            .elf("/bin/two", program().needs("liba.so"))
            .elf("/lib/liba.so", sharedObject().needs("libb.so"))
            .elf("/lib/libb.so", sharedObject().needs("libz.so.1"))
            .symlink("/lib/libz.so.1", "libz.so.1.3")
            .elf("/lib/libz.so.1.3", sharedObject().soname("libz.so.1"))
            .closureOf("/bin/one", "/bin/two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"libz.so.1", "/lib/libz.so.1", "/lib/libz.so.1.3"})
  void everyProgramThatBringsAFileGetsItsShortestChain(String path) {
    assertThat(Reasons.of(closure, path).render())
        .isEqualTo(
            """
            /bin/one [requested]
              libz.so.1 => /lib/libz.so.1 [default path] via /lib/libz.so.1 -> libz.so.1.3
            /bin/two [requested]
              liba.so => /lib/liba.so [default path]
                libb.so => /lib/libb.so [default path]
                  libz.so.1 => /lib/libz.so.1 [default path] via /lib/libz.so.1 -> libz.so.1.3
            """);
  }

  @Test
  void whatNobodyNeedsHasNoReason() {
    assertThat(Reasons.of(closure, "/etc/passwd").chains()).isEmpty();
  }
}
