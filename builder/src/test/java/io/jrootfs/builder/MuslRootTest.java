package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of musl-gcc, from a sysroot into a root of their own, where they run. */
class MuslRootTest {
  private static final String SOURCE =
      """
      #include <stdio.h>
      #ifdef LIBRARY
      const char *greeting(void) { return "hello from musl"; }
      #else
      extern const char *greeting(void);
      int main(void) { puts(greeting()); return 0; }
      #endif
      """;

  @TempDir Path directory;
  private Path sysroot;

  @BeforeEach
  void sysrootWithMusl() throws Exception {
    sysroot = directory.resolve("sysroot");
    Files.writeString(directory.resolve("hello.c"), SOURCE);
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib sysroot/bin sysroot/opt/lib sysroot/etc;"
            + "cp -L /lib/ld-musl-x86_64.so.1 sysroot/lib/;"
            + "musl-gcc -shared -fPIC -DLIBRARY -o sysroot/opt/lib/libgreet.so hello.c;"
            + "musl-gcc -o sysroot/bin/hello hello.c -Lsysroot/opt/lib -lgreet;"
            + "musl-gcc -o sysroot/bin/by-runpath hello.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,-rpath,'$ORIGIN/../opt/lib',--enable-new-dtags");
  }

  @Test
  void aLibraryFoundThroughTheRunPathIsFoundAgain() throws Exception {
    BuiltRoot root = BuiltRoot.of(sysroot, directory.resolve("root"), "/bin/by-runpath");
    assertThat(root.run("/bin/by-runpath")).isEqualTo("hello from musl\n");
    assertThat(root.directory().resolve("etc/ld-musl-x86_64.path")).doesNotExist();
  }

  @Test
  void aLibraryFoundThroughThePathFileIsFoundAgainBecauseTheFileComesAlong() throws Exception {
    Files.writeString(sysroot.resolve("etc/ld-musl-x86_64.path"), "/opt/lib\n/nowhere\n");
    BuiltRoot root = BuiltRoot.of(sysroot, directory.resolve("root"), "/bin/hello");
    assertThat(root.run("/bin/hello")).isEqualTo("hello from musl\n");
    assertThat(root.directory().resolve("etc/ld.so.cache")).doesNotExist();
  }

  @Test
  void programsOfBothLibrariesStandInOneRoot() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib64 sysroot/lib/x86_64-linux-gnu;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 sysroot/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 sysroot/lib/x86_64-linux-gnu/;"
            + "gcc -DLIBRARY -shared -fPIC -o sysroot/lib/x86_64-linux-gnu/libgreet.so hello.c;"
            + "gcc -o sysroot/bin/gnu hello.c -Lsysroot/lib/x86_64-linux-gnu -lgreet");
    BuiltRoot root =
        BuiltRoot.of(sysroot, directory.resolve("root"), "/bin/gnu", "/bin/by-runpath");
    assertThat(root.run("/bin/gnu")).isEqualTo("hello from musl\n");
    assertThat(root.run("/bin/by-runpath")).isEqualTo("hello from musl\n");
  }

  @Test
  void anotherCLibraryIsTakenForMuslItself() throws Exception {
    ExternalTool.shell(
        directory,
        "echo 'int __libc_start_main, stdin, foreign;' >c.c;"
            + "gcc -shared -nostdlib -fPIC -Wl,-soname,libother.so -o sysroot/lib/libother.so c.c;"
            + "musl-gcc -o sysroot/bin/two hello.c -Lsysroot/opt/lib -lgreet -Wl,--no-as-needed"
            + "  sysroot/lib/libother.so -Wl,-rpath,/opt/lib;"
            + "readelf -d sysroot/bin/two | grep -q 'NEEDED.*libother.so'");
    BuiltRoot root = BuiltRoot.of(sysroot, directory.resolve("root"), "/bin/two");
    assertThat(root.run("/bin/two")).isEqualTo("hello from musl\n");
    assertThat(root.run("/lib/ld-musl-x86_64.so.1", "--list", "/bin/two"))
        .contains("libgreet.so => /opt/lib/libgreet.so")
        .doesNotContain("libother.so =>");
  }
}
