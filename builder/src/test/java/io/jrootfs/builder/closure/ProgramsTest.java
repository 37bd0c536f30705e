package io.jrootfs.builder.closure;

import static io.jrootfs.builder.elf.ElfBuilder.program;
import static io.jrootfs.builder.elf.ElfBuilder.sharedObject;
import static io.jrootfs.builder.elf.ElfBuilder.staticProgram;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.closure.UnusableProgramException.Fault;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be asked for as a program, and what each kind brings. */
class ProgramsTest {
  @TempDir Path directory;
  private SysrootFixture root;

  @BeforeEach
  void glibcSystem() {
    root =
        SysrootFixture.glibc(directory)
            .elf("/usr/bin/tool", program().needs("liba.so"))
            .elf("/usr/bin/sh", staticProgram())
            .elf("/usr/bin/env", staticProgram())
            .library("/lib/liba.so");
  }

  private static Map<String, Kind> kinds(Closure closure) {
    Map<String, Kind> kinds = new TreeMap<>();
    closure.nodes().forEach((path, node) -> kinds.put(path.value(), node.kind()));
    return kinds;
  }

  private void assertRefused(String name, Fault fault, String message) {
    assertThatExceptionOfType(UnusableProgramException.class)
        .isThrownBy(() -> root.closureOf(name))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.fault()).isEqualTo(fault));
  }

  @Test
  void aDynamicProgramBringsItsInterpreterAndLibraries() throws Exception {
    Closure closure = root.closureOf("tool");
    assertThat(closure.isComplete()).isTrue();
    assertThat(closure.machine()).contains(ElfMachine.X86_64);
    assertThat(kinds(closure))
        .containsExactly(
            entry("/lib/liba.so", Kind.SHARED_OBJECT),
            entry("/lib64/ld-linux-x86-64.so.2", Kind.PROGRAM_INTERPRETER),
            entry("/usr/bin/tool", Kind.DYNAMIC_PROGRAM));
  }

  @Test
  void aStaticProgramBringsNothing() throws Exception {
    assertThat(kinds(root.closureOf("sh")))
        .containsExactly(entry("/usr/bin/sh", Kind.STATIC_PROGRAM));
  }

  @Test
  void aSharedObjectNeedsNoExecuteBitAndBringsItsNeeds() throws Exception {
    root.file("/lib/libb.so", "rw-r--r--", sharedObject().needs("liba.so").build());
    assertThat(kinds(root.closureOf("/lib/libb.so")))
        .containsExactly(
            entry("/lib/liba.so", Kind.SHARED_OBJECT), entry("/lib/libb.so", Kind.SHARED_OBJECT));
  }

  @Test
  void aScriptBringsItsInterpreterAndWhatThatNeeds() throws Exception {
    root.script("/usr/bin/run", "#! /usr/bin/tool -x y\n");
    Closure closure = root.closureOf("run");
    assertThat(kinds(closure))
        .containsEntry("/usr/bin/run", Kind.SCRIPT)
        .containsEntry("/usr/bin/tool", Kind.DYNAMIC_PROGRAM)
        .containsEntry("/lib/liba.so", Kind.SHARED_OBJECT);
  }

  @Test
  void aScriptForEnvBringsTheProgramBehindIt() throws Exception {
    for (String line :
        List.of("env tool", "env -S tool -u", "env -S -i -u X FOO=1 tool", "env -vS'tool' x")) {
      root.script("/usr/bin/run", "#!/usr/bin/" + line + "\n");
      assertThat(kinds(root.closureOf("run")))
          .as(line)
          .containsKeys("/usr/bin/env", "/usr/bin/tool", "/lib/liba.so");
    }
  }

  @Test
  void aProgramEnvCannotFindIsMissing() throws Exception {
    root.script("/usr/bin/run", "#!/usr/bin/env tool -u\n").script("/x", "#!/usr/bin/env nix\n");
    assertThat(root.closureOf("run", "/x").missing())
        .extracting(Missing::sentence)
        .containsExactly(
            "tool -u, needed by /usr/bin/run, was not found: env takes the rest of the line as one"
                + " name unless it is given -S; searched /usr/bin (shebang), /bin (shebang);"
                + " install what provides it and try again",
            "nix, needed by /x, was not found; searched /usr/bin (shebang), /bin (shebang);"
                + " install what provides it and try again");
  }

  @Test
  void whatCannotBeToldOfEnvIsALineOfAdvice() throws Exception {
    root.script("/usr/bin/a", "#!/usr/bin/env -S ${HOME}/tool\n")
        .script("/usr/bin/b", "#!/usr/bin/env -S -C /opt PATH=${X}/bin:/usr/bin tool\n")
        .script("/usr/bin/c", "#!/usr/bin/env -S -C /usr tool\n");
    assertThat(root.closureOf("a", "b", "c").advice())
        .filteredOn(it -> it.topic().equals("env"))
        .extracting(Advice::sentence)
        .containsExactly(
            "/usr/bin/a has env start ${HOME}/tool, and variables are not known before it runs;"
                + " --add brings what it starts",
            "/usr/bin/b has env look for tool in ${X}/bin too, and variables are not known before"
                + " it runs; --add brings a program of that name there",
            "/usr/bin/b has env change to the directory /opt first, which is not there, and then"
                + " env starts nothing; make it",
            "/usr/bin/c has env change to the directory /usr first; --copy /usr brings it if"
                + " nothing else does");
  }

  @Test
  void withoutPathEnvSearchesWhereItsCLibraryDoes() throws Exception {
    root.musl("/lib/ld-musl-x86_64.so.1", ElfMachine.X86_64)
        .elf("/opt/env", program().interpreter("/lib/ld-musl-x86_64.so.1"))
        .elf("/usr/local/bin/local", staticProgram())
        .script("/of-musl", "#!/opt/env -S -i local\n")
        .script("/of-glibc", "#!/usr/bin/env -S -i local\n");
    assertThat(kinds(root.closureOf("/of-musl"))).containsKey("/usr/local/bin/local");
    assertThat(root.closureOf("/of-glibc").missing())
        .extracting(Missing::sentence)
        .containsExactly(
            "local, needed by /of-glibc, was not found; searched /bin (shebang), /usr/bin"
                + " (shebang); install what provides it and try again");
  }

  @Test
  void anInterpreterThatIsAbsentOrUnusableIsMissing() throws Exception {
    root.script("/a", "#!/usr/bin/ruby\n")
        .script("/b", "#!/etc/text\n")
        .script("/c", "#!bin/sh\n")
        .script("/d", "#!/etc/text\n")
        .elf("/e", program().interpreter("/lib/ld-nowhere.so"))
        .file("/etc/text", "rwxr-xr-x", "text".getBytes(StandardCharsets.US_ASCII));
    String notProgram = "/etc/text is neither an ELF file nor a script that starts with #!";
    assertThat(root.closureOf("/a", "/b", "/c", "/d", "/e").missing())
        .extracting(it -> it.requested() + " " + it.neededBy() + ": " + it.reason().orElse(""))
        .containsExactly(
            "/usr/bin/ruby /a: ",
            "/etc/text /b: " + notProgram,
            "bin/sh /c: it is relative to the working directory, which is not known before the"
                + " program runs",
            "/etc/text /d: " + notProgram,
            "/lib/ld-nowhere.so /e: ");
  }

  @Test
  void scriptsMayRunScriptsAsOftenAsTheKernelAllows() throws Exception {
    root.script("/s1", "#!/usr/bin/sh\n");
    for (int i = 2; i <= 6; i++) {
      root.script("/s" + i, "#!/s" + (i - 1) + "\n");
    }
    assertThat(kinds(root.closureOf("/s5"))).hasSize(6);
    assertRefused("/s6", Fault.BAD_SCRIPT, "more than 5 times");
  }

  @Test
  void scriptsInACircleAreRefused() {
    root.script("/a", "#!/b\n").script("/b", "#!/a\n");
    assertRefused("/a", Fault.BAD_SCRIPT, "more than 5 times");
  }

  @Test
  void everythingElseIsRefusedInOneSentence() {
    byte[] cut = Arrays.copyOf(program().build(), 100);
    root.file("/text", "rwxr-xr-x", "hello\n".getBytes(StandardCharsets.US_ASCII))
        .file("/empty", "rwxr-xr-x", new byte[0])
        .file("/cut", "rwxr-xr-x", cut)
        .file("/plain", "rw-r--r--", program().build())
        .script("/nothing", "#!\n")
        .script("/long", "#!/" + "x".repeat(300) + "\n")
        .elf("/object.o", program().type(ElfHeader.ET_REL))
        .elf("/core", program().type(ElfHeader.ET_CORE))
        .elf("/debug", program().interpreter("").with("PT_DYNAMIC.p_filesz", 0));
    assertRefused("/usr", Fault.DIRECTORY, "cannot use /usr as a program: it is a directory");
    assertRefused("/text", Fault.UNKNOWN_FORMAT, "is neither an ELF file nor a script");
    assertRefused("/empty", Fault.UNKNOWN_FORMAT, "is an empty file");
    assertRefused("/cut", Fault.MALFORMED_ELF, "program header table at offset 64 ends past end");
    assertRefused("/plain", Fault.NOT_EXECUTABLE, "is not executable (mode 0644)");
    assertRefused("/nothing", Fault.BAD_SCRIPT, "names no interpreter within 256 bytes");
    assertRefused("/long", Fault.BAD_SCRIPT, "names no interpreter within 256 bytes");
    assertRefused("/object.o", Fault.NOT_LOADABLE, "is a relocatable object file");
    assertRefused("/core", Fault.NOT_LOADABLE, "is a core dump");
    assertRefused("/debug", Fault.NOT_LOADABLE, "nothing to load");
  }

  @Test
  void programsForAMachineOfAnotherKernelAreRefused() {
    root.elf("/arm", staticProgram().on(ElfMachine.AARCH64))
        .elf("/i386", staticProgram().on(ElfMachine.I386));
    assertThatExceptionOfType(UnusableProgramException.class)
        .isThrownBy(() -> root.closureOf("sh", "/i386", "/arm"))
        .withMessage(
            "cannot use /arm as a program: it is for aarch64, but /usr/bin/sh is for x86-64; one"
                + " image serves one machine");
  }

  @Test
  void anInterpreterForAnotherMachineIsMissing() throws Exception {
    root.elf("/i386", program().on(ElfMachine.I386).needs("liba.so"));
    assertThat(root.closureOf("/i386").missing())
        .extracting(Missing::sentence)
        .containsExactly(
            "/lib64/ld-linux-x86-64.so.2, needed by /i386, was not found: the file there is for"
                + " x86-64, the program for i386; install what provides it and try again");
  }

  /** Whose each is, by the path that linkers of those systems write. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "/lib/ld-uClibc.so.0", "uClibc's",
          "/lib/ld64-uClibc.so.1", "uClibc's",
          "/system/bin/linker", "Android's",
          "/system/bin/linker64", "Android's",
          "/apex/com.android.runtime/bin/linker64", "Android's",
          "/system/bin/linker_asan64", "Android's",
          "/libexec/ld-elf.so.1", "FreeBSD's",
          "/libexec/ld.elf_so", "NetBSD's");

  private void assertLoaderRefused(String name, String message) {
    assertThatExceptionOfType(UnusableLoaderException.class)
        .isThrownBy(() -> root.closureOf(name))
        .withMessageStartingWith("cannot tell what " + name + " loads: the dynamic loader ")
        .withMessageContaining(message);
  }

  @Test
  void loadersWithOtherRulesAreRefusedNotGuessedAbout() {
    FOREIGN.forEach(
        (loader, owner) -> {
          root.elf(loader, sharedObject()).elf("/program", program().interpreter(loader));
          assertLoaderRefused("/program", loader + " is " + owner + ", which is not supported");
        });
    root.elf("/other", program().interpreter("/lib/liba.so"));
    assertLoaderRefused(
        "/other", "is neither the GNU C library's nor musl's, and its search rules are not known");
  }

  @Test
  void loadersWithOtherRulesAreRefusedByNameWhereTheirFilesAreAbsentToo() {
    FOREIGN.forEach(
        (loader, owner) -> {
          root.elf("/program", program().interpreter(loader));
          assertLoaderRefused("/program", loader + " is " + owner + ", which is not supported");
        });
    root.script("/script", "#!/program\n");
    assertThatExceptionOfType(UnusableLoaderException.class)
        .isThrownBy(() -> root.closureOf("/script"));
  }

  @Test
  void aLibraryOfUclibcIsRefusedNotLookedUpByTheRulesOfGlibc() {
    root.elf("/libz.so.1", sharedObject().needs("libc.so.0"));
    assertLoaderRefused("/libz.so.1", "of the C library that it needs is uClibc's");
  }

  @Test
  void aBrokenCacheIsNamedWhereSomethingIsMissing() throws Exception {
    root.file("/etc/ld.so.cache", "rw-r--r--", "junk".getBytes(StandardCharsets.US_ASCII))
        .elf("/usr/bin/lacking", program().needs("libnone.so"));
    assertThat(root.closureOf("tool").isComplete()).isTrue();
    assertThat(root.closureOf("lacking").missing().get(0).sentence())
        .contains("magic at offset 0 is not that of an ld.so.cache; ldconfig -r writes it anew");
  }

  @Test
  void bareNamesAreFoundAlongThePathAmongExecutableFiles() throws Exception {
    root.directory("/usr/local/bin/tool")
        .file("/usr/local/bin/sh", "rw-r--r--", new byte[0])
        .elf("/bin/tool", staticProgram());
    assertThat(root.finder().find("tool")).isEqualTo(new Program("tool", path("/usr/bin/tool")));
    assertThat(root.finder().find("sh").path()).isEqualTo(path("/usr/bin/sh"));
    assertThat(root.finder().find("./bin/tool").path()).isEqualTo(path("/bin/tool"));
  }

  @Test
  void anUnknownNameComesWithThePlacesSearchedAndTheNearestNames() {
    root.file("/usr/bin/tol", "rw-r--r--", new byte[0]);
    assertThatExceptionOfType(UnknownProgramException.class)
        .isThrownBy(() -> root.finder().find("tol"))
        .withMessage(
            "there is no program tol in /usr/local/bin:/usr/bin:/bin; /usr/bin/tol exists but is"
                + " not executable; did you mean tool?");
    assertThatExceptionOfType(UnknownProgramException.class)
        .isThrownBy(() -> root.finder().find("/usr/bin/tolo"))
        .withMessage("there is no file /usr/bin/tolo; did you mean /usr/bin/tol or /usr/bin/tool?");
    assertThatExceptionOfType(UnknownProgramException.class)
        .isThrownBy(() -> root.finder().find("e\u001b[31m"))
        .withMessage("there is no program e\\x1b[31m in /usr/local/bin:/usr/bin:/bin");
    assertThatExceptionOfType(UnknownProgramException.class)
        .isThrownBy(() -> root.finder().find(""));
  }

  private static SysrootPath path(String value) {
    return SysrootPath.of(value);
  }
}
