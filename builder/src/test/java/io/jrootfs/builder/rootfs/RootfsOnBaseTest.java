package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a base when something is put upon it. */
class RootfsOnBaseTest {
  private static final Metadata OF_BASE = Metadata.ofMode(0751).withOwner(7, 7);

  @TempDir Path directory;
  private Path work;
  private RootfsAssembler assembler;

  @BeforeEach
  void begin() throws IOException {
    work = directory.toRealPath();
    Files.createDirectories(work.resolve("sysroot/etc"));
    assembler = new RootfsAssembler(Sysroot.of(work.resolve("sysroot")), 0);
    assembler.addBase(
        Rootfs.of(
            ImmutableList.of(
                new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755)),
                new RootfsEntry.Directory(RootfsPath.of("/etc"), OF_BASE),
                file("/etc/first", "of the base"),
                new RootfsEntry.HardLink(
                    RootfsPath.of("/etc/second"), OF_BASE, RootfsPath.of("/etc/first")),
                new RootfsEntry.Symlink(
                    RootfsPath.of("/etc/third"), Metadata.ofMode(0777), "first"))),
        "the base");
  }

  private static RootfsEntry file(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), OF_BASE, new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  private String text(String path) throws IOException {
    RootfsEntry.RegularFile file =
        (RootfsEntry.RegularFile) assembler.assemble().get(RootfsPath.of(path)).orElseThrow();
    return new String(file.content().open().readAllBytes(), StandardCharsets.UTF_8);
  }

  private Path host(String path, String text) throws IOException {
    return Files.writeString(work.resolve(path), text);
  }

  @Test
  void aCopyReplacesAFileAndNothingElseOfTheBaseChanges() throws Exception {
    assembler.copy(host("mine", "copied"), RootfsPath.of("/etc/first"));
    assertThat(text("/etc/first")).isEqualTo("copied");
    assertThat(text("/etc/second")).isEqualTo("of the base");
  }

  @Test
  void aCopiedTreeLeavesTheDirectoriesOfTheBaseAsTheyAre() throws Exception {
    Path tree = Files.createDirectory(work.resolve("tree"));
    host("tree/new", "copied");
    assembler.copy(tree, RootfsPath.of("/etc"));
    assertThat(text("/etc/new")).isEqualTo("copied");
    assertThat(assembler.assemble().get(RootfsPath.of("/etc")).orElseThrow().metadata())
        .isEqualTo(OF_BASE);
  }

  @Test
  void aCopyReplacesALinkButNoDirectory() throws Exception {
    assembler.copy(host("mine", "copied"), RootfsPath.of("/etc/third"));
    assertThat(text("/etc/third")).isEqualTo("copied");
    assertThat(text("/etc/first")).isEqualTo("of the base");
    assertThatThrownBy(() -> assembler.copy(work.resolve("mine"), RootfsPath.of("/etc")))
        .isInstanceOf(RootfsConflictException.class)
        .hasMessageContaining("the base");
  }

  @Test
  void aFileThatProgramsNeedMustNotDifferFromTheBases() throws Exception {
    host("sysroot/etc/first", "of the base");
    assembler.add(SysrootPath.of("/etc/first"));
    assertThat(assembler.assemble().get(RootfsPath.of("/etc/first")).orElseThrow().metadata())
        .isEqualTo(OF_BASE);

    host("sysroot/etc/second", "another");
    assertThatThrownBy(() -> assembler.add(SysrootPath.of("/etc/second")))
        .isInstanceOf(RootfsConflictException.class)
        .hasMessage(
            "/etc/second: file from /etc/second cannot replace the file from the base, which is"
                + " another version; let the base bring the program itself, as --include does for"
                + " a Debian system, or take it from a root of the same release with --sysroot");
  }

  @Test
  void filesOfSeveralNamesAreStillOneFile() {
    assertThat(assembler.assemble().get(RootfsPath.of("/etc/second")))
        .hasValue(
            new RootfsEntry.HardLink(
                RootfsPath.of("/etc/second"), OF_BASE, RootfsPath.of("/etc/first")));
  }

  @Test
  void defaultsChangeNothing() throws Exception {
    Rootfs before = assembler.assemble();
    assembler.addDefault(file("/etc/first", "a default"), "a test");
    assertThat(assembler.assemble()).isEqualTo(before);
  }
}
