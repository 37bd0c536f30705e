package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.ldso.SearchedPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How this machine's loader splits rpaths and run paths. */
class PathListOracleTest {
  @TempDir Path directory;
  private TracedRoot root;

  @BeforeEach
  void twoDirectories() throws Exception {
    root = TracedRoot.in(directory);
    root.shell(
        "mkdir root/opt/one root/opt/two; touch root/opt/file; lib libq.so root/opt/one/libq.so;"
            + "lib libq.so root/opt/two/libq.so");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/opt/one",
        "/opt/one/",
        "/opt/one///",
        "//opt//one",
        "/opt/one:/opt/two",
        "/opt/two:/opt/one",
        "/opt/one:/opt/one:/opt/two",
        "/opt/gone:/opt/two",
        "/opt/file:/opt/two",
        "/opt/file/:/opt/two",
        ":/opt/one",
        "/opt/one:",
        "::/opt/two",
        "gone:/opt/one",
        "/opt/./one",
        "/opt/two/../one",
        "/opt/gone/../one",
        "/opt/one;/opt/two",
        "/opt/one /opt/two",
        " /opt/one",
        "$ORIGIN/gone:$ORIGIN/../../opt/two",
      })
  void elementsLeadWhereTheyLeadTheLoader(String list) throws Exception {
    root.shell("app \"-Wl,-rpath,$1,--enable-new-dtags\" root/opt/one/libq.so", list);
    assertThat(root.ours()).as("run path").isEqualTo(root.loaders());
    root.shell("app \"-Wl,-rpath,$1,--disable-new-dtags\" root/opt/one/libq.so", list);
    assertThat(root.ours()).as("rpath").isEqualTo(root.loaders());
  }

  @Test
  void anEmptyListIsNoPathButARunPathAllTheSame() throws Exception {
    program("/opt/one", "");
    assertThat(root.loaders()).isEmpty();
    assertThat(root.ours()).isEmpty();
    program("/opt/one", null);
    assertThat(root.loaders()).containsEntry("libq.so", "/opt/one/libq.so");
    assertThat(root.ours()).isEqualTo(root.loaders());
  }

  @Test
  void anEmptyElementIsTheWorkingDirectoryWhichNobodyKnowsBefore() throws Exception {
    root.shell(
        "mv root/opt/one/libq.so root/; rm root/opt/two/libq.so; app -Wl,-rpath,:/opt"
            + " root/libq.so");
    root.shell("perl -e \"chroot 'root' and chdir '/' or die; exec '/usr/bin/app'\"");
    assertThatThrownBy(
            () ->
                root.shell(
                    "perl -e \"chroot 'root' and chdir '/opt' or die; exec '/usr/bin/app'\""))
        .hasMessageContaining("libq.so: cannot open shared object file");
    assertThat(root.closure().missing().get(0).searched())
        .extracting(SearchedPlace::toString)
        .startsWith(
            ". (run path: relative to the working directory, which is not known before the program"
                + " runs)",
            "/opt (run path)");
  }

  @Test
  void aNeededNameWithASlashAndWithoutRootIsBelowTheWorkingDirectory() throws Exception {
    root.shell("lib one/libq.so root/opt/one/libq.so; app root/opt/one/libq.so");
    root.shell("perl -e \"chroot 'root' and chdir '/opt' or die; exec '/usr/bin/app'\"");
    assertThat(root.loaders()).isEmpty();
    assertThat(root.closure().missing().get(0).searched())
        .extracting(SearchedPlace::toString)
        .containsExactly(
            "one/libq.so (by path: relative to the working directory, which is not known before"
                + " the program runs)");
  }

  private void program(String rpath, String runPath) throws Exception {
    ElfBuilder program =
        ElfBuilder.program()
            .needs("libq.so")
            .rpath(rpath)
            .entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
            .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
            .trailing(new byte[8192]);
    Files.write(
        directory.resolve("root/usr/bin/app"),
        (runPath == null ? program : program.runPath(runPath)).build());
    root.shell("chmod +x root/usr/bin/app");
  }
}
