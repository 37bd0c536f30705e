package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.DlopenNote.Priority;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of gcc that say in {@code .note.dlopen} what they open. */
class DlopenNoteTest {
  @TempDir Path directory;
  private Path work;

  @BeforeEach
  void libraries() throws Exception {
    work = directory.toRealPath();
    ExternalTool.shell(
        work,
        "for name in one two three; do"
            + "  echo | gcc -shared -x c -nostdlib -o lib$name.so.1 -Wl,-soname,lib$name.so.1 -;"
            + "done");
  }

  /** Assembler in C that makes the compiler put a note into the file. */
  static String noteSource(String json) {
    String assembler =
        """
        .pushsection .note.dlopen,"a",@note
        .balign 4
        .long 4
        .long 1f-0f
        .long 0x407c0c0a
        .asciz "FDO"
        0: .asciz "%s"
        1: .balign 4
        .popsection
        """
            .formatted(json.replace("\"", "\\\""));
    String quoted = assembler.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return "__asm__(\"" + quoted + "\");\n";
  }

  private Path program(String... notes) throws Exception {
    StringBuilder source = new StringBuilder();
    for (String json : notes) {
      source.append(noteSource(json));
    }
    source.append("int main(void) { return 0; }\n");
    Files.writeString(work.resolve("program.c"), source);
    ExternalTool.shell(
        work, "gcc -o program program.c -Wl,-rpath,'$ORIGIN',--enable-new-dtags && strip program");
    return work.resolve("program");
  }

  private Closure closure(Path program, boolean withSuggested) throws Exception {
    return new ClosureResolver(
            Sysroot.of(Path.of("/")),
            ImmutableList.of(),
            ClosureOptions.DEFAULT.withSuggested(withSuggested))
        .resolve(
            ImmutableList.of(new Program(program.toString(), SysrootPath.of(program.toString()))));
  }

  private static List<String> opened(Closure closure) {
    return closure.edges().stream()
        .filter(edge -> edge.foundBy().toString().startsWith("dlopen note"))
        .map(edge -> edge.requested() + " [" + edge.foundBy() + "]")
        .toList();
  }

  @Test
  void theFirstAlternativeThatIsThereComesAlongAndNoOther() throws Exception {
    Path program =
        program(
            "[{\"soname\":[\"libabsent.so.9\",\"libtwo.so.1\",\"libone.so.1\"],"
                + "\"feature\":\"f\",\"priority\":\"recommended\",\"unknown\":{}}]",
            "[{\"soname\":[\"libthree.so.1\"],\"priority\":\"required\"}]");
    assertThat(opened(closure(program, false)))
        .containsExactly(
            "libtwo.so.1 [dlopen note, recommended: run path]",
            "libthree.so.1 [dlopen note, required: run path]");
  }

  @Test
  void allEntriesOfOneFeatureComeAlong() throws Exception {
    Path program =
        program(
            "[{\"soname\":[\"libone.so.1\"],\"feature\":\"f\"},"
                + "{\"soname\":[\"libthree.so.1\"],\"feature\":\"f\"}]",
            "[{\"soname\":[\"libtwo.so.1\"],\"feature\":\"f\"}]");
    assertThat(opened(closure(program, false)))
        .containsExactly(
            "libone.so.1 [dlopen note, recommended: run path]",
            "libthree.so.1 [dlopen note, recommended: run path]",
            "libtwo.so.1 [dlopen note, recommended: run path]");
  }

  @Test
  void whatIsSuggestedComesOnRequest() throws Exception {
    Path program =
        program(
            "[{\"soname\":[\"libone.so.1\"],\"priority\":\"suggested\"},"
                + "{\"soname\":[\"libtwo.so.1\"]}]");
    assertThat(opened(closure(program, false)))
        .containsExactly("libtwo.so.1 [dlopen note, recommended: run path]");
    assertThat(opened(closure(program, true)))
        .containsExactly(
            "libone.so.1 [dlopen note, suggested: run path]",
            "libtwo.so.1 [dlopen note, recommended: run path]");
  }

  @Test
  void whatIsRequiredAndAbsentIsMissing() throws Exception {
    Path program =
        program(
            "[{\"soname\":[\"libabsent.so.1\",\"libgone.so\"],\"feature\":\"sound\","
                + "\"priority\":\"required\"}]");
    assertThat(closure(program, false).missing().get(0).sentence())
        .startsWith(
            "libabsent.so.1 or libgone.so, needed by "
                + program
                + ", was not found: its dlopen note says it is required for its feature sound;"
                + " searched "
                + work
                + " (run path)");
  }

  @Test
  void whatIsRecommendedAndAbsentIsALineOfAdvice() throws Exception {
    Closure closure =
        closure(program("[{\"soname\":[\"libabsent.so.1\"],\"feature\":\"sound\"}]"), false);
    assertThat(closure.missing()).isEmpty();
    assertThat(closure.advice().get(0).sentence())
        .isEqualTo(
            work.resolve("program")
                + " recommends libabsent.so.1 for its feature sound, which is not there");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|it is not a JSON array",
        "[|it is not JSON: ",
        "[{\"soname\":[]}]|an entry names no soname",
        "[{\"feature\":\"f\"}]|an entry names no soname",
        "[{\"soname\":[7]}]|a soname in it is not a name",
        "[{\"soname\":[\"\"]}]|a soname in it is not a name",
        "[{\"soname\":[\"a\\u0000b\"]}]|a soname in it is not a name",
        "[{\"soname\":[\"/\\udc2e\\udc2e\\udc2fa.so\"]}]|a soname in it is not a name",
        "[{\"soname\":[\"a\\ud800.so\"]}]|a soname in it is not a name",
        "[{\"soname\":[\"a\"],\"priority\":\"urgent\"}]|its priority \"urgent\" is none",
      })
  void aNoteThatIsNotWhatTheSpecificationSaysIsRefusedWithAReason(String json, String reason) {
    assertThatThrownBy(() -> DlopenNote.parse(json))
        .isInstanceOf(DlopenNote.InvalidException.class)
        .hasMessageStartingWith(reason);
  }

  @Test
  void keysThatAreNotThereHaveTheSpecificationsDefaults() throws Exception {
    assertThat(DlopenNote.parse("[{\"soname\":[\"a\",\"b\"]}]"))
        .containsExactly(
            new DlopenNote(ImmutableList.of("a", "b"), Optional.empty(), Priority.RECOMMENDED));
    assertThat(DlopenNote.parse("[]")).isEmpty();
  }

  @Test
  void whatANoteNamesIsSearchedAsFromTheObjectThatHoldsIt() throws Exception {
    // Each library opens one that only its own run path, or the rpath of its requester, leads to.
    ExternalTool.shell(work, "mkdir own parent; mv libone.so.1 own; mv libtwo.so.1 parent");
    opener("own", "libone.so.1", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/own");
    opener("parent", "libtwo.so.1", "");
    Files.writeString(
        work.resolve("main.c"),
        "int puts(const char *); const char *own(void); const char *parent(void);"
            + "int main(void) { puts(own()); puts(parent()); return 0; }");
    ExternalTool.shell(
        work,
        "gcc -o program main.c -L. -lown -lparent"
            + "  '-Wl,--disable-new-dtags,-rpath,$ORIGIN:$ORIGIN/parent'");
    Path program = work.resolve("program");
    assertThat(ExternalTool.run(work, program.toString())).isEqualTo("opened\nopened\n");
    assertThat(opened(closure(program, false)))
        .containsExactly(
            "libone.so.1 [dlopen note, required: run path]",
            "libtwo.so.1 [dlopen note, required: rpath of " + program + "]");
  }

  private void opener(String name, String opened, String flag) throws Exception {
    Files.writeString(
        work.resolve(name + ".c"),
        noteSource("[{\"soname\":[\"" + opened + "\"],\"priority\":\"required\"}]")
            + "#include <dlfcn.h>\nconst char *"
            + name
            + "(void) { return dlopen(\""
            + opened
            + "\", RTLD_NOW) ? \"opened\" : dlerror(); }\n");
    ExternalTool.shell(
        work, "gcc -shared -fPIC -o lib$1.so $1.c -Wl,-soname,lib$1.so $2", name, flag);
  }

  @Test
  void aNoteThatNamesWhatIsInMemoryCausesNoSearch() throws Exception {
    Path program = program("[{\"soname\":[\"libc.so.6\"]}]");
    assertThat(opened(closure(program, false)))
        .containsExactly("libc.so.6 [dlopen note, recommended: already loaded]");
  }

  @Test
  void notesAreFoundByTheirTypeInAFileWithoutSections() throws Exception {
    Path program = program("[{\"soname\":[\"libone.so.1\"]}]");
    byte[] bytes = Files.readAllBytes(program);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // e_shoff, e_shnum and e_shstrndx
    header.putLong(40, 0).putShort(60, (short) 0).putShort(62, (short) 0);
    Files.write(program, bytes);
    assertThat(ExternalTool.run(work, "readelf", "-S", program.toString()))
        .contains("There are no sections in this file.");
    assertThat(opened(closure(program, false)))
        .containsExactly("libone.so.1 [dlopen note, recommended: run path]");
  }
}
