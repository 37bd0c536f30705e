package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test per rule of musl's loader. */
class MuslRulesTest {
  private static final String LOADER = "/lib/ld-musl-x86_64.so.1";

  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void muslSystem() {
    root = SysrootFixture.empty(directory).musl(LOADER, ElfMachine.X86_64);
  }

  private List<String> librariesOf(String name) throws Exception {
    Closure closure = root.closureOf(name);
    assertThat(closure.missing()).isEmpty();
    return closure.edges().stream()
        .filter(edge -> edge.from().isPresent() && !edge.requested().startsWith("/"))
        .map(it -> it.requested() + " => " + it.to().requested() + " [" + it.foundBy() + "]")
        .toList();
  }

  @Test
  void theNamesOfTheCLibraryMeanTheLoaderItself() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("libc.so", "libpthread.so.0", "libm.so.6"))
        .library("/lib/libm.so.6");
    assertThat(librariesOf("/bin/app"))
        .containsExactly(
            "libc.so => " + LOADER + " [already loaded]",
            "libpthread.so.0 => " + LOADER + " [already loaded]",
            "libm.so.6 => " + LOADER + " [already loaded]");
  }

  @Test
  void sonamesPlayNoPart() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so", "other.so"))
        .elf("/lib/liba.so", sharedObject().soname("other.so"));
    assertThat(root.closureOf("/bin/app").missing())
        .extracting(Missing::requested)
        .containsExactly("other.so");
  }

  @Test
  void runPathsAreInheritedAsRpathsAre() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so").runPath("/opt/lib").rpath("/void"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so"))
        .library("/opt/lib/libb.so");
    assertThat(librariesOf("/bin/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [rpath of /bin/app]",
            "libb.so => /opt/lib/libb.so [rpath of /bin/app]");
  }

  @Test
  void anyOtherTokenMakesAWholePathVoid() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so").runPath("/opt/lib:/opt/$LIB"))
        .library("/opt/lib/liba.so");
    assertThat(root.closureOf("/bin/app").missing().get(0).sentence())
        .contains("/opt/lib:/opt/$LIB (rpath of /bin/app: musl knows no token but $ORIGIN)");
  }

  @Test
  void thePathFileReplacesTheBuiltInDirectories() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"))
        .library("/lib/liba.so")
        .library("/opt/b/liba.so")
        .file(
            "/etc/ld-musl-x86_64.path",
            "rw-r--r--",
            "/opt/a\n/opt/b:/opt/c".getBytes(StandardCharsets.US_ASCII));
    assertThat(librariesOf("/bin/app")).containsExactly("liba.so => /opt/b/liba.so [default path]");
    assertThat(root.closureOf("/bin/app").nodes())
        .containsValue(
            new Closure.Node(
                SysrootPath.of("/etc/ld-musl-x86_64.path"), Closure.Kind.LOADER_CONFIGURATION));
  }

  @Test
  void thePathFileStandsBelowThePrefixOfTheLoader() throws Exception {
    String loader = "/opt/musl/lib/ld-musl-x86_64.so.1";
    root.musl(loader, ElfMachine.X86_64)
        .elf("/bin/app", program(loader).needs("liba.so"))
        .library("/opt/libs/liba.so")
        .file(
            "/opt/musl/etc/ld-musl-x86_64.path",
            "rw-r--r--",
            "/opt/libs".getBytes(StandardCharsets.US_ASCII));
    assertThat(librariesOf("/bin/app"))
        .containsExactly("liba.so => /opt/libs/liba.so [default path]");
  }

  @Test
  void aPathFileThatCannotBeReadLeavesNoDirectories() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"))
        .library("/lib/liba.so")
        .directory("/etc/ld-musl-x86_64.path");
    assertThat(root.closureOf("/bin/app").missing()).hasSize(1);
  }

  @Test
  void nothingIsPassedOver() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"))
        .elf("/lib/liba.so", sharedObject().on(ElfMachine.AARCH64))
        .library("/usr/lib/liba.so");
    assertThat(root.closureOf("/bin/app").missing().get(0).reason())
        .contains("the loader gives up at /lib/liba.so, which is for aarch64");
  }

  @Test
  void noCacheIsAskedFor() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"));
    assertThat(root.closureOf("/bin/app").missing().get(0).searched())
        .extracting(Object::toString)
        .containsExactly(
            "/lib (default path)", "/usr/local/lib (default path)", "/usr/lib (default path)");
  }

  @Test
  void filtersAreNotHeeded() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"))
        .elf("/lib/liba.so", sharedObject().filter("libf.so").auxiliary("libx.so"));
    assertThat(librariesOf("/bin/app")).containsExactly("liba.so => /lib/liba.so [default path]");
  }

  @Test
  void aLibraryOfMuslIsLoadedByMusl() throws Exception {
    root.elf("/lib/libapp.so", sharedObject().needs("libc.musl-x86_64.so.1", "liba.so"))
        .library("/usr/local/lib/liba.so");
    assertThat(librariesOf("/lib/libapp.so"))
        .contains("liba.so => /usr/local/lib/liba.so [default path]");
  }

  @Test
  void systemDirectoriesCountForThoseWhoRefuseThemToo() throws Exception {
    root.elf(
            "/bin/app",
            program(LOADER).needs("liba.so").flags1(ElfDynamic.DF_1_PIE | ElfDynamic.DF_1_NODEFLIB))
        .library("/usr/lib/liba.so");
    assertThat(librariesOf("/bin/app"))
        .containsExactly("liba.so => /usr/lib/liba.so [default path]");
  }

  @Test
  void whatGlibcPreloadsIsNotLoaded() throws Exception {
    root.elf("/bin/app", program(LOADER).needs("liba.so"))
        .library("/lib/liba.so")
        .library("/lib/libp.so")
        .file(
            "/etc/ld.so.preload", "rw-r--r--", "/lib/libp.so".getBytes(StandardCharsets.US_ASCII));
    assertThat(librariesOf("/bin/app")).containsExactly("liba.so => /lib/liba.so [default path]");
  }
}
