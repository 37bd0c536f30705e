package io.jrootfs.builder.closure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs and libraries of gcc that open libraries by name and say so in no note. */
class DlopenHintsTest {
  private static final String REMEDY = "; --add brings those you need";

  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void libraries() throws Exception {
    work = directory.toRealPath();
    ExternalTool.shell(
        work,
        "for name in one two; do"
            + "  echo | gcc -shared -x c -nostdlib -o lib$name.so.1 -Wl,-soname,lib$name.so.1 -;"
            + "done");
  }

  private Advice advice(String source) throws Exception {
    Files.writeString(work.resolve("program.c"), "#include <dlfcn.h>\n" + source + "\n");
    ExternalTool.shell(
        work, "gcc -o program program.c -Wl,-rpath,'$ORIGIN',--enable-new-dtags && strip program");
    return adviceOf(work.resolve("program"));
  }

  private static Advice adviceOf(Path program) throws Exception {
    Sysroot sysroot = Sysroot.of(Path.of("/"));
    Closure closure =
        new ClosureResolver(sysroot, ImmutableList.of())
            .resolve(List.of(new Program("it", SysrootPath.of(program.toString()))));
    Closure told = DlopenHints.in(closure, sysroot, ClosureOptions.DEFAULT);
    assertThat(told.nodes()).isEqualTo(closure.nodes());
    assertThat(told.edges()).isEqualTo(closure.edges());
    return told.advice().stream()
        .filter(each -> each.topic().equals("dlopen"))
        .findFirst()
        .orElseThrow();
  }

  private String sentence(String names) {
    return work
        + "/program may open libraries by name (dlopen) without a note that names them"
        + names
        + REMEDY;
  }

  @Test
  void whatIsThereIsToldByItsPathAndWhatIsNotByItsName() throws Exception {
    String source =
        """
        int main(void) {
          return dlopen("libtwo.so.1", RTLD_NOW) && dlopen("libabsent-1.so.9", RTLD_NOW)
              && dlopen("libone.so.1", RTLD_NOW) && dlopen("libc.so.6", RTLD_NOW) ? 0 : 1;
        }
        """;
    assertThat(advice(source).sentence())
        .isEqualTo(
            sentence(
                "; their files name "
                    + work
                    + "/libone.so.1, "
                    + work
                    + "/libtwo.so.1, not included; and, not in this root: libabsent-1.so.9"));
  }

  /** A line has room for eight of them. */
  @Test
  void whoReadsMoreThanTheLineGetsAllNames() throws Exception {
    StringBuilder source = new StringBuilder("int main(void) { return dlopen(\"libone.so.1\", 1)");
    ImmutableSortedMap.Builder<String, Optional<SysrootPath>> expected =
        ImmutableSortedMap.naturalOrder();
    expected.put("libone.so.1", Optional.of(SysrootPath.of(work + "/libone.so.1")));
    for (int i = 10; i < 20; i++) {
      String name = "libabsent" + i + ".so.1";
      source.append("|| dlopen(\"").append(name).append("\", 1)");
      expected.put(name, Optional.empty());
    }
    Advice advice = advice(source + "; }");
    assertThat(advice.names()).isEqualTo(expected.buildOrThrow());
    assertThat(advice.sentence()).contains("libabsent17.so.1 and 2 more");
  }

  @Test
  void textsThatAreNoNamesAndThoseThatMayChangeAreNotTaken() throws Exception {
    String source =
        """
        char changing[64] = "libone.so.1";
        int main(int argc, char **argv) {
          return dlopen(argv[1], RTLD_NOW) || dlopen("/opt/libtwo.so.1", RTLD_NOW)
              || dlopen("cannot open libtwo.so.1", RTLD_NOW) || dlopen("lib%s.so", RTLD_NOW)
              || dlopen("libtwo.so is", RTLD_NOW) || dlopen("mylibtwo.so.1", RTLD_NOW)
              || dlopen("libtwo.sock", RTLD_NOW) || dlopen(changing, RTLD_NOW);
        }
        """;
    assertThat(advice(source).sentence()).isEqualTo(sentence(""));
  }

  @Test
  void aLibraryIsLookedUpAsFromItself() throws Exception {
    ExternalTool.shell(
        work,
        "mkdir own; mv libone.so.1 own;echo '#include <dlfcn.h>' >lib.c;echo 'void *o(void) {"
            + " return dlopen(\"libone.so.1\", RTLD_NOW); }' >>lib.c;gcc -shared -fPIC -o"
            + " libopener.so lib.c '-Wl,-rpath,$ORIGIN/own' -Wl,-z,noseparate-code;echo 'void"
            + " *o(void); int main(void) { return o() == 0; }' >program.c;gcc -o program program.c"
            + " -L. -lopener '-Wl,-rpath,$ORIGIN'; ./program");
    assertThat(adviceOf(work.resolve("program")).sentence())
        .startsWith(work + "/libopener.so may open")
        .contains("; their files name " + work + "/own/libone.so.1, not included");
  }

  @Test
  void whereAllAreAbsentTheyHaveToBeInstalledFirst() throws Exception {
    assertThat(
            advice("int main(void) { return dlopen(\"libabsent.so.9\", RTLD_NOW) == 0; }")
                .sentence())
        .isEqualTo(
            sentence("; their files name what is not in this root: libabsent.so.9")
                .replace(
                    REMEDY, "; install what provides those you need and bring them with --add"));
  }

  /** A library may have a PT_INTERP, and nothing reads that. */
  @ParameterizedTest
  @ValueSource(strings = {"ld.so", "/tmp", "/nonesuch/ld.so"})
  void interpretersOfLibrariesDoNotMatter(String interpreter) throws Exception {
    ExternalTool.shell(
        work,
        """
        cat >lib.c <<'EOF'
        #include <dlfcn.h>
        const char in[] __attribute__((section(".interp"))) = "%s";
        void *o(void) { return dlopen("libone.so.1", RTLD_NOW); }
        EOF
        gcc -shared -fPIC -o libopener.so lib.c '-Wl,-rpath,$ORIGIN'
        echo 'void *o(void); int main(void) { return o() == 0; }' >program.c
        gcc -o program program.c -L. -lopener '-Wl,-rpath,$ORIGIN'
        readelf -l libopener.so | grep INTERP && ./program
        """
            .formatted(interpreter));
    assertThat(adviceOf(work.resolve("program")).sentence())
        .contains("; their files name " + work + "/libone.so.1, not included");
  }

  /** Wherever the file is cut into stretches to be read, and whatever stands around. */
  @Test
  void everyNameIsFoundWhereverItStands() throws Exception {
    int stretch = 65536;
    int before = ElfBuilder.sharedObject().build().length;
    byte[] texts = new byte[4 * stretch];
    List<String> theirs = new ArrayList<>();
    for (int cut = stretch; cut < texts.length; cut += stretch) {
      for (int i = -10; i < 10; i++) {
        int at = cut - before + 15 * i;
        String name = "lib%06d.so.1".formatted(at);
        theirs.add(name);
        System.arraycopy(name.getBytes(UTF_8), 0, texts, at, name.length());
      }
    }
    Path file = work.resolve("texts.so");
    Files.write(file, ElfBuilder.sharedObject().trailing(texts).build());
    assertThat(ElfReader.libraryNames(file)).containsExactlyElementsOf(theirs);
  }

  @Test
  void manySuffixesInARowAreGoneThroughOnce() throws Exception {
    byte[] texts = (".so".repeat(8 << 20) + "\0lib1.so\0").getBytes(UTF_8);
    Path file = work.resolve("texts.so");
    Files.write(file, ElfBuilder.sharedObject().trailing(texts).build());
    assertThat(ElfReader.libraryNames(file)).containsExactly("lib1.so");
  }
}
