package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries in directories that only a cache leads to, in a sysroot that has none. */
class LibraryDirectoryTest {
  private static final String SOURCE =
      """
      #include <stdio.h>
      #ifdef LIBRARY
      const char *greeting(void) { return LIBRARY; }
      #else
      extern const char *greeting(void);
      int main(void) { puts(greeting()); return 0; }
      #endif
      """;

  @TempDir Path directory;
  private Path sysroot;

  @BeforeEach
  void sysrootWithoutCache() throws Exception {
    sysroot = directory.resolve("sysroot");
    Files.writeString(directory.resolve("greet.c"), SOURCE);
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib64 sysroot/lib/x86_64-linux-gnu sysroot/bin sysroot/etc/conf.d;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 sysroot/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 sysroot/lib/x86_64-linux-gnu/;"
            + "for name in a b c; do"
            + "  mkdir -p sysroot/opt/$name;"
            + "  gcc -DLIBRARY=\"\\\"$name\\\"\" -shared -fPIC -Wl,-soname,libgreet.so"
            + "    -o sysroot/opt/$name/libgreet.so greet.c;"
            + "done;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/a -lgreet");
  }

  private BuiltRoot build(ClosureOptions options) throws Exception {
    return BuiltRoot.of(sysroot, directory.resolve("root"), options, "/bin/greet");
  }

  @Test
  void directoriesOfLdSoConfCountInTheOrderLdconfigReadsThem() throws Exception {
    Files.writeString(
        sysroot.resolve("etc/ld.so.conf"),
        "# first\n  include conf.d/*.conf  absent/*\nhwcap 0 nosegneg\n/opt/c\n");
    Files.writeString(sysroot.resolve("etc/conf.d/2.conf"), "/opt/a\n");
    Files.writeString(sysroot.resolve("etc/conf.d/10.conf"), "/opt/b # comes first: 1 < 2\n");
    Files.writeString(sysroot.resolve("etc/conf.d/1.txt"), "/opt/c\n");
    String ours = build(ClosureOptions.DEFAULT).run("/bin/greet");
    assertThat(ours).isEqualTo("b\n");

    // ldconfig itself, in the same tree, leads the loader to the same library.
    ExternalTool.shell(directory, "/sbin/ldconfig -r sysroot");
    assertThat(ExternalTool.run(directory, "/usr/sbin/chroot", sysroot.toString(), "/bin/greet"))
        .isEqualTo(ours);
  }

  @Test
  void theLibraryPathComesBeforeLdSoConf() throws Exception {
    Files.writeString(sysroot.resolve("etc/ld.so.conf"), "/opt/a\n");
    ClosureOptions options =
        ClosureOptions.DEFAULT.withLibraryPath(ImmutableList.of(SysrootPath.of("/opt/c")));
    assertThat(build(options).run("/bin/greet")).isEqualTo("c\n");
  }

  @Test
  void inAFinishedRootLdSoConfDoesNotCount() throws Exception {
    Files.writeString(sysroot.resolve("etc/ld.so.conf"), "/opt/a\n");
    RootCheck.Report report =
        RootCheck.check(Sysroot.of(sysroot), Optional.of("/bin/greet"), ImmutableList.of());
    assertThat(report.findings().get(0).sentence())
        .startsWith("libgreet.so, needed by /bin/greet, was not found");
  }
}
