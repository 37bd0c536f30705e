package io.jrootfs.builder.sysroot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysrootTest {
  @TempDir Path outside;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(outside.resolve("root"));
    Files.writeString(outside.resolve("secret"), "host");
  }

  private void file(String path) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), path);
  }

  private void link(String path, String target) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.createSymbolicLink(root.resolve(path), Path.of(target));
  }

  private Resolution find(String path) throws IOException {
    return Sysroot.of(root).find(SysrootPath.of(path)).orElseThrow();
  }

  @Test
  void everyLinkOnTheWayIsReportedInTheOrderItWasFollowed() throws IOException {
    file("usr/lib/libc-2.36.so");
    link("usr/lib/libc.so.6", "libc-2.36.so");
    link("lib", "usr/lib");

    Resolution found = find("/lib/libc.so.6");

    assertThat(found.path()).isEqualTo(SysrootPath.of("/usr/lib/libc-2.36.so"));
    assertThat(found.hops())
        .containsExactly(
            new LinkHop(SysrootPath.of("/lib"), "usr/lib"),
            new LinkHop(SysrootPath.of("/usr/lib/libc.so.6"), "libc-2.36.so"));
    assertThat(found.isRegularFile()).isTrue();
  }

  @Test
  void absoluteLinksStartAgainAtTheSysroot() throws IOException {
    file("etc/alternatives/target");
    link("usr/bin/awk", "/etc/alternatives/target");

    assertThat(find("/usr/bin/awk").path()).isEqualTo(SysrootPath.of("/etc/alternatives/target"));
  }

  @Test
  void nothingLeadsOutOfTheSysroot() throws IOException {
    link("up", "../../../../secret");
    link("host", outside.resolve("secret").toString());
    Sysroot sysroot = Sysroot.of(root);

    assertThat(sysroot.find(SysrootPath.of("/up"))).isEmpty();
    assertThat(sysroot.find(SysrootPath.of("/host"))).isEmpty();
    assertThat(sysroot.find(SysrootPath.of("/../secret"))).isEmpty();
  }

  @Test
  void dotDotBehindALinkIsTheParentOfWhereTheLinkLeads() throws IOException {
    file("usr/share/doc/x");
    file("usr/share/y");
    link("doc", "usr/share/doc");

    assertThat(find("/doc/../y").path()).isEqualTo(SysrootPath.of("/usr/share/y"));
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    file("etc/passwd");
    Sysroot sysroot = Sysroot.of(root);

    assertThat(sysroot.find(SysrootPath.of("/etc/passwd/x"))).isEmpty();
    assertThat(sysroot.find(SysrootPath.of("/etc/passwd/.."))).isEmpty();
  }

  @Test
  void twoNamesOfOneInodeHaveOneIdentity() throws IOException {
    file("a");
    Files.createLink(root.resolve("b"), root.resolve("a"));
    file("c");

    assertThat(find("/a").identity()).isEqualTo(find("/b").identity());
    assertThat(find("/a").identity()).isNotEqualTo(find("/c").identity());
  }

  @Test
  void modeHasTheSetUserIdBit() throws IOException {
    file("su");
    Files.setAttribute(root.resolve("su"), "unix:mode", 04755);

    assertThat(find("/su").mode()).isEqualTo(04755);
  }

  @Test
  void aCircleOfLinksIsAnError() throws IOException {
    link("a", "b");
    link("b", "a");

    assertThatThrownBy(() -> find("/a")).isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void theRootResolvesToItself() throws IOException {
    assertThat(find("/").path()).isEqualTo(SysrootPath.ROOT);
    assertThat(find("/..").path()).isEqualTo(SysrootPath.ROOT);
  }

  @Test
  void aSysrootMustBeADirectory() {
    assertThatThrownBy(() -> Sysroot.of(outside.resolve("secret")))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> Sysroot.of(outside.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
