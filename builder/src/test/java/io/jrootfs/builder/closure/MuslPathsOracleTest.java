package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How musl's loader reads lists and names; {@code ld-musl --list} says so. */
class MuslPathsOracleTest {
  private static final String LOADER = "/lib/ld-musl-x86_64.so.1";
  private static final Pattern LOADED = Pattern.compile("\\t(\\S+) => (\\S+) \\(0x[0-9a-f]+\\)");

  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void libraries() throws Exception {
    work = directory.toRealPath();
    for (String place : List.of("1", "2", "1/sub")) {
      Files.createDirectories(work.resolve(place));
      Files.write(work.resolve(place).resolve("liba.so"), loadable(ElfBuilder.sharedObject()));
    }
    Files.createFile(work.resolve("file"));
  }

  /** What musl needs to map and search it, as in {@link RandomTree}. */
  private static byte[] loadable(ElfBuilder elf) {
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
        .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
        .trailing(new byte[8192])
        .build();
  }

  private Path program(ElfBuilder elf) throws Exception {
    Path program = work.resolve("program");
    Files.write(program, loadable(elf));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private static Closure closure(Path program) throws Exception {
    return new ClosureResolver(Sysroot.of(Path.of("/")), ImmutableList.of())
        .resolve(List.of(new Program(program.toString(), SysrootPath.of(program.toString()))));
  }

  /** The files that are loaded besides the program; the loader itself is there in any case. */
  private static Set<String> ours(Path program) throws Exception {
    Set<String> found = new TreeSet<>();
    for (Closure.Edge edge : closure(program).edges()) {
      String file = edge.to().requested().value();
      boolean isLibrary =
          !(edge.foundBy() instanceof FoundBy.Request
              || edge.foundBy() instanceof FoundBy.LoaderConfiguration
              || file.equals(LOADER));
      if (isLibrary) {
        found.add(file);
      }
    }
    return found;
  }

  /** Where it does not find all it fails, after the list of what it has found. */
  private static String listed(Path program) throws Exception {
    return ExternalTool.shell(Path.of("/"), LOADER + " --list $1 2>&1 || true", program.toString());
  }

  private static Set<String> loaders(Path program) throws Exception {
    Set<String> found = new TreeSet<>();
    for (MatchResult line : LOADED.matcher(listed(program)).results().toList()) {
      if (!line.group(2).equals(LOADER)) {
        found.add(SysrootPath.of(line.group(2)).value());
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WORK/1",
        "WORK/1/",
        "WORK//1",
        "WORK/1:WORK/2",
        "WORK/gone:WORK/2",
        "WORK/file:WORK/2",
        "WORK/gone\nWORK/2",
        "\nWORK/2\n",
        "::WORK/2",
        "WORK/gone WORK/2",
        "WORK/gone;WORK/2",
        "$ORIGIN/1",
        "${ORIGIN}/1",
        "$ORIGIN/gone:$ORIGIN/2",
        "$ORIGIN/1/sub",
        "$ORIGINAL/1",
        "$ORIGIN1",
        "${ORIGIN/1",
        "WORK/1:$LIB",
        "WORK/1:${PLATFORM}",
        "WORK/1:$HOME",
        "WORK/1:$",
        "",
      })
  void listsAreReadAsMuslReadsThem(String list) throws Exception {
    Path program =
        program(
            ElfBuilder.program(LOADER)
                .needs("liba.so")
                .runPath(list.replace("WORK", work.toString())));
    assertThat(ours(program)).isEqualTo(loaders(program));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libc.so",
        "libc.so.6",
        "libc.musl-x86_64.so.1",
        "libpthread.so.0",
        "librt.so.1",
        "libm.so.6",
        "libdl.so.2",
        "libutil.so.1",
        "libxnet.so",
        "ld-musl-x86_64.so.1",
        "libc",
        "libcrypt.so.1",
        "libresolv.so.2",
        "libm-2.so",
        "mylibc.so.1",
      })
  void namesOfTheCLibraryAreNeverSearched(String name) throws Exception {
    Files.write(work.resolve("1").resolve(name), loadable(ElfBuilder.sharedObject()));
    Path program = program(ElfBuilder.program(LOADER).needs(name).runPath(work + "/1"));
    assertThat(ours(program)).isEqualTo(loaders(program));
  }

  @ParameterizedTest
  @ValueSource(strings = {"WORK/1/liba.so", "WORK/1/../2/liba.so", "$ORIGIN/1/liba.so", "WORK/no"})
  void aNameWithASlashIsOpenedAsItIs(String name) throws Exception {
    Path program =
        program(
            ElfBuilder.program(LOADER)
                .needs(name.replace("WORK", work.toString()))
                .runPath(work + "/2"));
    assertThat(ours(program)).isEqualTo(loaders(program));
  }

  @Test
  void whatHasBeenLoadedByPathIsNotKnownByName() throws Exception {
    Path program =
        program(
            ElfBuilder.program(LOADER).needs(work + "/1/liba.so", "liba.so").runPath(work + "/2"));
    assertThat(ours(program))
        .isEqualTo(loaders(program))
        .containsExactly(work + "/1/liba.so", work + "/2/liba.so");
  }

  @Test
  void aNameLongerThanNamesCanBeIsMissing() throws Exception {
    Path program =
        program(ElfBuilder.program(LOADER).needs("x".repeat(256), "liba.so").runPath(work + "/1"));
    assertThat(ours(program)).isEqualTo(loaders(program)).hasSize(1);
    assertThat(closure(program).missing()).hasSize(1);
  }

  @Test
  void whatOnlyGlibcKnowsPlaysNoPart() throws Exception {
    Files.createDirectories(work.resolve("1/glibc-hwcaps/x86-64-v2"));
    Files.createDirectories(work.resolve("1/tls"));
    for (String place : List.of("1/glibc-hwcaps/x86-64-v2", "1/tls")) {
      Files.write(work.resolve(place).resolve("liba.so"), loadable(ElfBuilder.sharedObject()));
    }
    Path program =
        program(
            ElfBuilder.program(LOADER)
                .needs("liba.so", "libc.so")
                .audit("libaudit.so")
                .depAudit("libaudit.so")
                .flags1(0x08000800)
                .runPath(work + "/1"));
    assertThat(ours(program)).isEqualTo(loaders(program)).containsExactly(work + "/1/liba.so");
  }
}
