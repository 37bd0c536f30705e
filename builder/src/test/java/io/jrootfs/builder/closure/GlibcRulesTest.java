package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.LdSoCacheBuilder;
import io.jrootfs.builder.ldso.SearchedPlace;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test per rule of ld.so. */
class GlibcRulesTest {
  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root = SysrootFixture.glibc(directory);
  }

  /** {@code NAME => PATH AS FOUND [RULE]} for all but programs and interpreters. */
  private static List<String> libraries(Closure closure) {
    return closure.edges().stream()
        .filter(edge -> edge.from().isPresent())
        .filter(edge -> !edge.requested().startsWith("/lib64/ld-"))
        .map(
            edge -> edge.requested() + " => " + edge.to().requested() + " [" + edge.foundBy() + "]")
        .toList();
  }

  private List<String> librariesOf(String program) throws Exception {
    Closure closure = root.closureOf(program);
    assertThat(closure.missing()).isEmpty();
    return libraries(closure);
  }

  @Test
  void originOfALibraryIsWhereItWasFoundNotWhereItsSymlinkPoints() throws Exception {
    root.elf("/opt/app", program().needs("libg.so").runPath("$ORIGIN/b"))
        .symlink("/opt/b/libg.so", "../a/libg.so")
        .elf("/opt/a/libg.so", sharedObject().needs("libf.so").runPath("$ORIGIN"))
        .library("/opt/a/libf.so");
    Closure closure = root.closureOf("/opt/app");
    assertThat(closure.missing())
        .extracting(Missing::requested, it -> it.searched().get(0).toString())
        .containsExactly(tuple("libf.so", "/opt/b (run path)"));
  }

  @Test
  void originOfTheProgramIsWhereItsSymlinksEnd() throws Exception {
    root.symlink("/usr/bin/app", "../../opt/app/bin/app")
        .elf("/opt/app/bin/app", program().needs("liba.so").runPath("${ORIGIN}/../lib"))
        .library("/opt/app/lib/liba.so");
    assertThat(librariesOf("app"))
        .containsExactly("liba.so => /opt/app/bin/../lib/liba.so [run path]");
  }

  @Test
  void runPathIsNotInherited() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").runPath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so"))
        .library("/opt/lib/libb.so");
    assertThat(root.closureOf("/opt/app").missing())
        .extracting(Missing::requested, it -> it.neededBy().value())
        .containsExactly(tuple("libb.so", "/opt/lib/liba.so"));
  }

  @Test
  void rpathIsInheritedAlongTheChainOfRequesters() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").rpath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so").rpath("/opt/a"))
        .elf("/opt/a/libb.so", sharedObject().needs("libc.so"))
        .library("/opt/lib/libc.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [rpath of /opt/app]",
            "libb.so => /opt/a/libb.so [rpath of /opt/lib/liba.so]",
            "libc.so => /opt/lib/libc.so [rpath of /opt/app]");
  }

  @Test
  void aRunPathMakesRpathsVoidForItsOwnNeeds() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").rpath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so").rpath("/opt/a").runPath("/opt/r"))
        .library("/opt/a/libb.so")
        .library("/opt/lib/libb.so");
    Missing missing = root.closureOf("/opt/app").missing().get(0);
    assertThat(missing.searched())
        .extracting(SearchedPlace::toString)
        .startsWith("/opt/r (run path)", "/etc/ld.so.cache (ld.so.cache: absent)");
  }

  @Test
  void aRequesterWithARunPathStillPassesOnItsRequestersRpath() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").rpath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so").runPath("/opt/a").rpath("/opt/x"))
        .elf("/opt/a/libb.so", sharedObject().needs("libd.so"))
        .library("/opt/x/libd.so")
        .library("/opt/lib/libd.so");
    assertThat(librariesOf("/opt/app")).contains("libd.so => /opt/lib/libd.so [rpath of /opt/app]");
  }

  @Test
  void rpathComesBeforeTheCacheAndTheCacheBeforeSystemDirectories() throws Exception {
    root.elf("/opt/app", program().needs("liba.so", "libb.so", "libc.so").rpath("/opt/lib"))
        .cache(
            new LdSoCacheBuilder()
                .entry("liba.so", "/cached/liba.so")
                .entry("libb.so", "/cached/libb.so"))
        .library("/opt/lib/liba.so")
        .library("/cached/liba.so")
        .library("/cached/libb.so")
        .library("/lib/libb.so")
        .library("/usr/lib/libc.so")
        .library("/lib/libc.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [rpath of /opt/app]",
            "libb.so => /cached/libb.so [ld.so.cache]",
            "libc.so => /lib/libc.so [default path]");
  }

  @Test
  void aCachedFileThatIsGoneFallsBackToSystemDirectories() throws Exception {
    root.elf("/opt/app", program().needs("liba.so"))
        .cache(new LdSoCacheBuilder().entry("liba.so", "/gone/liba.so"))
        .library("/usr/lib/liba.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly("liba.so => /usr/lib/liba.so [default path]");
  }

  @Test
  void nodeflibDropsSystemDirectoriesAndCachedFilesBelowThem() throws Exception {
    root.elf(
            "/opt/app",
            program()
                .needs("liba.so", "libb.so", "libc.so")
                .flags1(ElfDynamic.DF_1_PIE | ElfDynamic.DF_1_NODEFLIB))
        .cache(
            new LdSoCacheBuilder()
                .entry("liba.so", "/usr/lib/private/liba.so")
                .entry("libb.so", "/opt/lib/libb.so"))
        .library("/usr/lib/private/liba.so")
        .library("/opt/lib/libb.so")
        .library("/usr/lib/libc.so");
    Closure closure = root.closureOf("/opt/app");
    assertThat(libraries(closure)).containsExactly("libb.so => /opt/lib/libb.so [ld.so.cache]");
    assertThat(closure.missing())
        .extracting(Missing::requested)
        .containsExactly("liba.so", "libc.so");
  }

  @Test
  void aSonameLoadedBeforeCausesNoSearch() throws Exception {
    root.elf("/opt/app", program().needs("libx.so", "liba.so.1").runPath("/opt/lib"))
        .elf("/opt/lib/libx.so", sharedObject().soname("liba.so.1"))
        .library("/opt/lib/liba.so.1");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "libx.so => /opt/lib/libx.so [run path]",
            "liba.so.1 => /opt/lib/libx.so [already loaded]");
  }

  @Test
  void theInterpreterAnswersToItsSoname() throws Exception {
    root.elf("/opt/app", program().needs("ld-linux-x86-64.so.2"));
    assertThat(librariesOf("/opt/app"))
        .containsExactly("ld-linux-x86-64.so.2 => /lib64/ld-linux-x86-64.so.2 [already loaded]");
  }

  @Test
  void twoNamesOfOneFileAreLoadedOnceAndBothKept() throws Exception {
    root.elf("/opt/app", program().needs("liba.so", "libalias.so", "libb.so").runPath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libb.so"))
        .symlink("/opt/lib/libalias.so", "liba.so")
        .hardLink("/opt/lib/libb.so", "/opt/lib/liba.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [run path]",
            "libalias.so => /opt/lib/libalias.so [run path]",
            "libb.so => /opt/lib/libb.so [run path]",
            "libb.so => /opt/lib/liba.so [already loaded]");
  }

  @Test
  void loadingIsBreadthFirst() throws Exception {
    // Depth first, liba's own libc.so would have come from /opt/a.
    root.elf("/opt/app", program().needs("liba.so", "libc.so").runPath("/opt/lib"))
        .elf("/opt/lib/liba.so", sharedObject().needs("libc.so").runPath("/opt/a"))
        .library("/opt/a/libc.so")
        .library("/opt/lib/libc.so");
    assertThat(librariesOf("/opt/app"))
        .containsExactly(
            "liba.so => /opt/lib/liba.so [run path]",
            "libc.so => /opt/lib/libc.so [run path]",
            "libc.so => /opt/lib/libc.so [already loaded]");
  }

  @Test
  void everyProgramHasItsOwnLoad() throws Exception {
    root.elf("/opt/one", program().needs("liba.so").runPath("/opt/1"))
        .elf("/opt/two", program().needs("liba.so").runPath("/opt/2"))
        .library("/opt/1/liba.so")
        .library("/opt/2/liba.so");
    assertThat(libraries(root.closureOf("/opt/one", "/opt/two")))
        .containsExactly(
            "liba.so => /opt/1/liba.so [run path]", "liba.so => /opt/2/liba.so [run path]");
  }

  @Test
  void aNameWithASlashIsNotSearched() throws Exception {
    root.elf("/opt/app", program().needs("/opt/x/liba.so", "$ORIGIN/libb.so", "sub/libc.so"))
        .library("/opt/x/liba.so")
        .library("/opt/libb.so")
        .library("/lib/sub/libc.so");
    Closure closure = root.closureOf("/opt/app");
    assertThat(libraries(closure))
        .containsExactly(
            "/opt/x/liba.so => /opt/x/liba.so [by path]",
            "$ORIGIN/libb.so => /opt/libb.so [by path]");
    assertThat(closure.missing()).extracting(Missing::requested).containsExactly("sub/libc.so");
  }

  @Test
  void libraryForAnotherMachineIsPassedOver() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").runPath("/1:/2:/3:/4"))
        .elf("/1/liba.so", sharedObject().on(ElfMachine.I386))
        .elf("/2/liba.so", sharedObject().on(ElfMachine.AARCH64))
        .elf("/3/liba.so", sharedObject().on(ElfMachine.S390X))
        .library("/4/liba.so");
    assertThat(librariesOf("/opt/app")).containsExactly("liba.so => /4/liba.so [run path]");
  }

  @Test
  void aFileThatIsNoLibraryEndsTheSearch() throws Exception {
    root.elf(
            "/opt/app",
            program()
                .needs(
                    "libtext.so",
                    "libexec.so",
                    "libpie.so",
                    "libdir.so",
                    "libcut.so",
                    "libdebug.so",
                    "libdata.so")
                .runPath("/1:/2"))
        .file("/1/libtext.so", "rw-r--r--", "INPUT(liba.so)".getBytes(StandardCharsets.US_ASCII))
        .elf("/1/libexec.so", sharedObject().type(ElfHeader.ET_EXEC))
        .elf("/1/libpie.so", sharedObject().flags1(ElfDynamic.DF_1_PIE))
        .directory("/1/libdir.so")
        .elf("/1/libcut.so", sharedObject().with("e_phnum", 1000))
        .elf("/1/libdebug.so", sharedObject().with("PT_DYNAMIC.p_filesz", 0))
        // The loader reads e_machine in its own order, so this is "its" machine, misencoded.
        .elf("/1/libdata.so", sharedObject().on(ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, 0x3e00));
    for (String name : List.of("text", "exec", "pie", "dir", "cut", "debug", "data")) {
      root.library("/2/lib" + name + ".so");
    }
    Closure closure = root.closureOf("/opt/app");
    assertThat(libraries(closure)).isEmpty();
    assertThat(closure.missing())
        .extracting(it -> it.reason().orElse(""))
        .containsExactly(
            "the loader gives up at /1/libtext.so, which is not an ELF file",
            "the loader gives up at /1/libexec.so, which is an executable at fixed addresses, not"
                + " a shared object",
            "the loader gives up at /1/libpie.so, which is a position-independent executable, not"
                + " a shared object",
            "the loader gives up at /1/libdir.so, which is not a regular file",
            "the loader gives up at /1/libcut.so, which is malformed: program header table at"
                + " offset 64 ends past end of file (size 225)",
            "the loader gives up at /1/libdebug.so, which has no dynamic section",
            "the loader gives up at /1/libdata.so, which has the wrong data encoding");
  }

  @Test
  void linksInACircleEndTheirPathListButNotTheSearch() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").runPath("/1:/2"))
        .symlink("/1/liba.so", "liba.so")
        .library("/2/liba.so")
        .library("/lib/liba.so");
    assertThat(librariesOf("/opt/app")).containsExactly("liba.so => /lib/liba.so [default path]");
  }

  @Test
  void processorSpecificSubdirectoriesAreNeverUsed() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").runPath("/1"))
        .library("/1/glibc-hwcaps/x86-64-v2/liba.so")
        .library("/1/liba.so");
    assertThat(librariesOf("/opt/app")).containsExactly("liba.so => /1/liba.so [run path]");
  }

  @Test
  void anAuxiliaryFilterMayBeAbsentAndAFilterMayNot() throws Exception {
    root.elf("/opt/app", program().needs("liba.so").runPath("/1"))
        .elf("/1/liba.so", sharedObject().auxiliary("libaux.so").filter("libfilter.so"));
    assertThat(root.closureOf("/opt/app").missing())
        .extracting(Missing::requested)
        .containsExactly("libfilter.so");
  }

  @Test
  void aMissingLibraryIsExplainedInOneSentence() throws Exception {
    root.elf("/opt/app", program().needs("liba.so.1").runPath("$ORIGIN/lib:rel"))
        .elf("/opt/lib/liba.so.1", sharedObject().on(ElfMachine.AARCH64));
    assertThat(root.closureOf("/opt/app").missing())
        .extracting(Missing::sentence)
        .containsExactly(
            "liba.so.1, needed by /opt/app, was not found; searched /opt/lib (run path: for"
                + " aarch64), rel (run path: relative to the working directory, which is not"
                + " known before the program runs), /etc/ld.so.cache (ld.so.cache: absent),"
                + " /lib/x86_64-linux-gnu (default path), /usr/lib/x86_64-linux-gnu (default"
                + " path), /lib (default path), /usr/lib (default path); install what provides it"
                + " and try again");
  }

  @Test
  void aConfigurationWithoutACacheIsPointedOut() throws Exception {
    root.elf("/opt/app", program().needs("liba.so"))
        .file("/etc/ld.so.conf", "rw-r--r--", new byte[0]);
    assertThat(root.closureOf("/opt/app").missing().get(0).sentence())
        .contains("absent although /etc/ld.so.conf exists; ldconfig -r writes it");
  }

  @Test
  void foreignBigEndianProgramsResolveWithTheirOwnLoader() throws Exception {
    root.loader("/lib/ld64.so.1", ElfMachine.S390X)
        .elf(
            "/opt/app",
            program().on(ElfMachine.S390X).interpreter("/lib/ld64.so.1").needs("liba.so"))
        .elf("/lib/liba.so", sharedObject())
        .elf("/opt/c/liba.so", sharedObject().on(ElfMachine.S390X))
        .cache(
            new LdSoCacheBuilder()
                .order(ByteOrder.BIG_ENDIAN)
                .entry("liba.so", "/opt/c/liba.so", 0x403, 0));
    Closure closure = root.closureOf("/opt/app");
    assertThat(closure.missing()).isEmpty();
    assertThat(closure.machine()).contains(ElfMachine.S390X);
    assertThat(libraries(closure)).contains("liba.so => /opt/c/liba.so [ld.so.cache]");
  }

  @Test
  void absurdlyLongNamesAreMerelyMissing() throws Exception {
    root.elf("/opt/app", program().needs("x".repeat(300), "y".repeat(5000)).runPath("/1"));
    assertThat(root.closureOf("/opt/app").missing()).hasSize(2);
  }
}
