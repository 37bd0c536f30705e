package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** strings(1) finds the same in a program that holds many, wherever in the file they stand. */
  @Test
  void everyNameIsFoundWhereverItStands() throws Exception {
    StringBuilder source = new StringBuilder("int main(int c, char **v) { const char *n = \"\";\n");
    for (int i = 0; i < 90; i++) {
      source.append("if (c == ").append(i).append(") n = \"lib").append(i).append(".so.1\";\n");
      source.append("if (c == -").append(i).append(") n = \"").append("x".repeat(3000));
      source.append(i).append("\";\n");
    }
    advice(source + "return dlopen(n, RTLD_NOW) == 0; }");
    Path program = work.resolve("program");
    List<String> theirs =
        ExternalTool.shell(
                work, "strings -a program | grep -xE 'lib[0-9]+[.]so[.]1' | LC_ALL=C sort -u")
            .lines()
            .toList();
    assertThat(theirs).hasSize(90);
    assertThat(ElfReader.libraryNames(program)).containsAll(theirs);
  }
}
