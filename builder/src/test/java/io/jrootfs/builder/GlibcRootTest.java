package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What glibc loads besides plain libraries, in roots of nothing but a closure, where it runs. */
class GlibcRootTest {
  /** One source for programs and libraries; what a library is for says a macro. */
  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <unistd.h>
      #if defined LIBRARY
      const char *greeting(void) { return LIBRARY; }
      #elif defined AUDITOR
      unsigned la_version(unsigned v) { return write(1, "audited\\n", 8) > 0 ? v : 0; }
      #elif defined PRELOADED
      __attribute__((constructor)) static void start(void) { fputs("preloaded\\n", stdout); }
      #else
      extern const char *greeting(void);
      int main(void) { puts(greeting()); return 0; }
      #endif
      """;

  @TempDir Path directory;
  private Path sysroot;

  @BeforeEach
  void sysrootWithGlibc() throws Exception {
    sysroot = directory.resolve("sysroot");
    Files.writeString(directory.resolve("greet.c"), SOURCE);
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib64 sysroot/lib/x86_64-linux-gnu sysroot/bin sysroot/opt/lib"
            + "  sysroot/etc;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 sysroot/lib/x86_64-linux-gnu/;"
            + "ln -s ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 sysroot/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 sysroot/lib/x86_64-linux-gnu/;"
            + "gcc -DLIBRARY='\"hello\"' -shared -fPIC -o sysroot/opt/lib/libgreet.so greet.c");
  }

  private BuiltRoot build(ClosureOptions options) throws Exception {
    return BuiltRoot.of(sysroot, directory.resolve("root"), options, "/bin/greet");
  }

  @Test
  void anAuditorInTheRpathAuditsAgain() throws Exception {
    ExternalTool.shell(
        directory,
        "gcc -DAUDITOR -shared -fPIC -o sysroot/opt/lib/libaudit-greet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,--disable-new-dtags,-rpath,/opt/lib,--audit,libaudit-greet.so");
    assertThat(build(ClosureOptions.DEFAULT).run("/bin/greet")).isEqualTo("audited\nhello\n");
  }

  @Test
  void anAuditorIsNotSearchedInTheRunPath() throws Exception {
    ExternalTool.shell(
        directory,
        "gcc -DAUDITOR -shared -fPIC -o sysroot/opt/lib/libaudit-greet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,--enable-new-dtags,-rpath,/opt/lib,--audit,libaudit-greet.so");
    BuiltRoot root = build(ClosureOptions.DEFAULT);
    assertThat(root.run("/bin/greet")).isEqualTo("hello\n");
    assertThat(root.directory().resolve("opt/lib/libaudit-greet.so")).doesNotExist();
  }

  /** A name of 255 bytes is one too long for the loader. */
  @ParameterizedTest
  @CsvSource({"254, audited", "255, ''"})
  void auditorsStandBetweenColonsAndHaveShortNames(int length, String said) throws Exception {
    String directories = "/opt/lib/" + "d".repeat(120) + "/";
    String path = directories + "a".repeat(length - directories.length());
    ExternalTool.shell(
        directory,
        "mkdir sysroot/$1;"
            + "gcc -DAUDITOR -shared -fPIC -o sysroot/$2 greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,-rpath,/opt/lib,--audit,:/absent.so:,--audit,$2",
        directories,
        path);
    BuiltRoot root = build(ClosureOptions.DEFAULT);
    assertThat(root.run("/bin/greet")).isEqualTo(said.isEmpty() ? "hello\n" : said + "\nhello\n");
    assertThat(Files.exists(root.directory().resolve(path.substring(1))))
        .isEqualTo(!said.isEmpty());
  }

  @Test
  void anAuditorOfWhatTheProgramDependsOnAuditsAgain() throws Exception {
    ExternalTool.shell(
        directory,
        "gcc -DAUDITOR -shared -fPIC -o sysroot/opt/lib/libaudit-greet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,--disable-new-dtags,-rpath,/opt/lib,--depaudit,libaudit-greet.so");
    assertThat(build(ClosureOptions.DEFAULT).run("/bin/greet")).isEqualTo("audited\nhello\n");
  }

  @Test
  void anAuditorThatALibraryNamesAndOneThatIsAbsentAreNotThere() throws Exception {
    // The program is linked first, or the linker would take the library's auditor for its own.
    ExternalTool.shell(
        directory,
        "gcc -DAUDITOR -shared -fPIC -o sysroot/opt/lib/libaudit-greet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet"
            + "  -Wl,--disable-new-dtags,-rpath,/opt/lib,--audit,/opt/absent.so;"
            + "gcc -DLIBRARY='\"hello\"' -shared -fPIC -o sysroot/opt/lib/libgreet.so greet.c"
            + "  -Wl,--disable-new-dtags,-rpath,/opt/lib,--audit,libaudit-greet.so");
    assertThat(ExternalTool.run(directory, "readelf", "-d", "sysroot/opt/lib/libgreet.so"))
        .contains("Audit library: [libaudit-greet.so]");
    BuiltRoot root = build(ClosureOptions.DEFAULT);
    assertThat(root.run("/bin/greet")).isEqualTo("hello\n");
    assertThat(root.directory().resolve("opt/lib/libaudit-greet.so")).doesNotExist();
  }

  /** One of 2.31 is the last that does not know what names them. */
  @ParameterizedTest
  @CsvSource({"bullseye, ''", "bookworm, audited"})
  void auditorsAreThereSince232(String suite, String said) throws Exception {
    Path root =
        UnpackedDebian.at(directory.resolve(suite), suite, "amd64", "base-files,coreutils,libc6");
    ExternalTool.shell(
        root,
        "mkdir -p opt;"
            + "gcc -DAUDITOR -shared -fPIC -nostdlib -o opt/libaudit-greet.so ../greet.c"
            + "  lib/x86_64-linux-gnu/libc.so.6;"
            // Without a C library's start there is nothing to return to.
            + "echo 'void start(void) { __asm__(\"mov $60, %eax; xor %edi, %edi; syscall\"); }' |"
            + "  gcc -o app -x c - -nostartfiles -Wl,-e,start"
            + "  -Wl,--disable-new-dtags,-rpath,/opt,--audit,libaudit-greet.so");
    assertThat(ExternalTool.shell(root, "/usr/sbin/chroot . /app").strip()).isEqualTo(said);
    BuiltRoot built = BuiltRoot.of(root, directory.resolve("root"), ClosureOptions.DEFAULT, "/app");
    assertThat(Files.exists(built.directory().resolve("opt/libaudit-greet.so")))
        .isEqualTo(!said.isEmpty());
  }

  @Test
  void whatIsPreloadedIsPreloadedAgain() throws Exception {
    ExternalTool.shell(
        directory,
        "gcc -DPRELOADED -shared -fPIC -o sysroot/opt/lib/libpreloaded.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet -Wl,-rpath,/opt/lib;"
            + "echo '# comment' >sysroot/etc/ld.so.preload;"
            + "echo '/opt/lib/libpreloaded.so:/absent.so # another' >>sysroot/etc/ld.so.preload");
    assertThat(build(ClosureOptions.DEFAULT).run("/bin/greet")).isEqualTo("preloaded\nhello\n");
  }

  @Test
  void theCacheLeadsEveryKindOfProcessorToItsOwnLibrary() throws Exception {
    ExternalTool.shell(
        directory,
        "for level in 2 3 4; do"
            + "  mkdir -p sysroot/opt/lib/glibc-hwcaps/x86-64-v$level;"
            + "  gcc -DLIBRARY=\"\\\"hello, v$level\\\"\" -shared -fPIC"
            + "    -o sysroot/opt/lib/glibc-hwcaps/x86-64-v$level/libgreet.so greet.c;"
            + "done;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet;"
            + "echo /opt/lib >sysroot/etc/ld.so.conf;"
            + "/sbin/ldconfig -r sysroot");
    BuiltRoot root = build(ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL));
    String[] masks = {"-SSE4_2,-AVX2,-AVX512F", "-AVX2,-AVX512F"};
    StringBuilder greetings = new StringBuilder();
    for (String mask : masks) {
      greetings.append(root.runWith("GLIBC_TUNABLES=glibc.cpu.hwcaps=" + mask, "/bin/greet"));
    }
    assertThat(greetings.toString()).isEqualTo("hello\nhello, v2\n");
  }

  @Test
  void theBaselineHoldsNothingForParticularProcessors() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/opt/lib/glibc-hwcaps/x86-64-v2;"
            + "cp sysroot/opt/lib/libgreet.so sysroot/opt/lib/glibc-hwcaps/x86-64-v2/;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet -Wl,-rpath,/opt/lib");
    BuiltRoot root = build(ClosureOptions.DEFAULT);
    assertThat(root.run("/bin/greet")).isEqualTo("hello\n");
    assertThat(root.directory().resolve("opt/lib/glibc-hwcaps")).doesNotExist();
  }

  @Test
  void systemDirectoriesHaveSubdirectoriesForProcessorsToo() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/usr/lib/glibc-hwcaps/x86-64-v2;"
            + "gcc -DLIBRARY='\"hello, v2\"' -shared -fPIC"
            + "  -o sysroot/usr/lib/glibc-hwcaps/x86-64-v2/libgreet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet;"
            + "mv sysroot/opt/lib/libgreet.so sysroot/usr/lib");
    BuiltRoot root = build(ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL));
    assertThat(root.directory().resolve("etc/ld.so.cache")).doesNotExist();
    String mask = "GLIBC_TUNABLES=glibc.cpu.hwcaps=";
    assertThat(root.runWith(mask + "-SSE4_2,-AVX2,-AVX512F", "/bin/greet")).isEqualTo("hello\n");
    assertThat(root.runWith(mask + "-AVX2,-AVX512F", "/bin/greet")).isEqualTo("hello, v2\n");
  }

  @Test
  void withoutACacheLdSoConfLeadsEveryKindOfProcessorToItsOwnLibrary() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/opt/lib/glibc-hwcaps/x86-64-v2;"
            + "gcc -DLIBRARY='\"hello, v2\"' -shared -fPIC -Wl,-soname,libgreet.so"
            + "  -o sysroot/opt/lib/glibc-hwcaps/x86-64-v2/libgreet.so greet.c;"
            + "gcc -o sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet;"
            + "echo /opt/lib >sysroot/etc/ld.so.conf");
    BuiltRoot root = build(ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL));
    String mask = "GLIBC_TUNABLES=glibc.cpu.hwcaps=";
    assertThat(root.runWith(mask + "-SSE4_2,-AVX2,-AVX512F", "/bin/greet")).isEqualTo("hello\n");
    assertThat(root.runWith(mask + "-AVX2,-AVX512F", "/bin/greet")).isEqualTo("hello, v2\n");
  }

  /** There ldconfig makes no links: its entries lead to the files themselves. */
  @Test
  void withoutACacheALibraryForSomeProcessorsNeedsNoLinkOfItsSoname() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/opt/lib/glibc-hwcaps/x86-64-v2;for version in 9 10; do  gcc"
            + " -DLIBRARY=\"\\\"hello, v2, $version\\\"\" -shared -fPIC -Wl,-soname,libgreet.so   "
            + " -o sysroot/opt/lib/glibc-hwcaps/x86-64-v2/libgreet.so.$version greet.c;done;gcc -o"
            + " sysroot/bin/greet greet.c -Lsysroot/opt/lib -lgreet;echo /opt/lib"
            + " >sysroot/etc/ld.so.conf");
    BuiltRoot root = build(ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL));
    String mask = "GLIBC_TUNABLES=glibc.cpu.hwcaps=";
    String ours = root.runWith(mask + "-AVX2,-AVX512F", "/bin/greet");
    assertThat(root.runWith(mask + "-SSE4_2,-AVX2,-AVX512F", "/bin/greet")).isEqualTo("hello\n");
    assertThat(ours).isEqualTo("hello, v2, 10\n");

    ExternalTool.shell(directory, "/sbin/ldconfig -r sysroot");
    BuiltRoot withCache =
        BuiltRoot.of(
            sysroot,
            directory.resolve("with-cache"),
            ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL),
            "/bin/greet");
    assertThat(withCache.runWith(mask + "-AVX2,-AVX512F", "/bin/greet")).isEqualTo(ours);
  }
}
