package io.jrootfs.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootfsSkeletonTest {
  @TempDir Path directory;

  private RootfsAssembler sysroot(String script) throws IOException {
    ExternalTool.shell(directory, script);
    return new RootfsAssembler(Sysroot.of(directory), 86_400);
  }

  private static String text(Rootfs rootfs, String path) throws IOException {
    RootfsEntry.RegularFile file =
        (RootfsEntry.RegularFile) rootfs.get(RootfsPath.of(path)).orElseThrow();
    return new String(file.content().open().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void emptyRootfsGetsMountPointsTemporaryDirectoriesAndTwoNames() throws Exception {
    RootfsAssembler assembler = sysroot("");

    RootfsSkeleton.addTo(assembler);

    assertThat(RootfsListing.of(assembler.assemble()))
        .isEqualTo(
            """
            drwxr-xr-x 0:0  0 1970-01-02 /
            drwxr-xr-x 0:0  0 1970-01-02 /dev
            drwxr-xr-x 0:0  0 1970-01-02 /etc
            -rw-r--r-- 0:0 26 1970-01-02 /etc/group
            -rw-r--r-- 0:0 89 1970-01-02 /etc/passwd
            dr-xr-xr-x 0:0  0 1970-01-02 /proc
            drwx------ 0:0  0 1970-01-02 /root
            drwxr-xr-x 0:0  0 1970-01-02 /run
            dr-xr-xr-x 0:0  0 1970-01-02 /sys
            drwxrwxrwt 0:0  0 1970-01-02 /tmp
            drwxr-xr-x 0:0  0 1970-01-02 /var
            drwxrwxrwt 0:0  0 1970-01-02 /var/tmp
            """);
  }

  @Test
  void rootsShellIsOneThatIsThere() throws Exception {
    RootfsAssembler assembler = sysroot("mkdir -p usr/bin; ln -s usr/bin bin; touch usr/bin/bash");
    assembler.add(SysrootPath.of("/bin/bash"));

    RootfsSkeleton.addTo(assembler);

    assertThat(text(assembler.assemble(), "/etc/passwd"))
        .isEqualTo(
            """
            root:x:0:0:root:/root:/bin/bash
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
            """);
  }

  @Test
  void whatIsThereStays() throws Exception {
    RootfsAssembler assembler =
        sysroot(
            "mkdir -m 700 tmp var; mkdir data; ln -s ../data var/tmp; mkdir etc; echo a >etc/group");
    assembler.add(SysrootPath.of("/tmp"));
    assembler.add(SysrootPath.of("/var/tmp"));
    assembler.add(SysrootPath.of("/etc/group"));

    RootfsSkeleton.addTo(assembler);

    Rootfs rootfs = assembler.assemble();
    assertThat(rootfs.get(RootfsPath.of("/tmp")).orElseThrow().metadata().mode()).isEqualTo(0700);
    assertThat(rootfs.get(RootfsPath.of("/var/tmp"))).get().isInstanceOf(RootfsEntry.Symlink.class);
    assertThat(rootfs.get(RootfsPath.of("/data")).orElseThrow().metadata().mode()).isEqualTo(0755);
    assertThat(text(rootfs, "/etc/group")).isEqualTo("a\n");
  }

  @Test
  void parentMadeForACopyGetsItsUsualMode() throws Exception {
    RootfsAssembler assembler = sysroot("touch profile");
    assembler.copy(directory.resolve("profile"), RootfsPath.of("/root/.profile"));

    RootfsSkeleton.addTo(assembler);

    assertThat(assembler.assemble().get(RootfsPath.of("/root")).orElseThrow().metadata().mode())
        .isEqualTo(0700);
  }

  @Test
  void copiedLinkToADirectoryIsFollowed() throws Exception {
    RootfsAssembler assembler = sysroot("ln -s /run/lock tmp; touch file");
    assembler.copy(directory.resolve("tmp"), RootfsPath.of("/tmp"));

    RootfsSkeleton.addTo(assembler);

    assertThat(assembler.assemble().get(RootfsPath.of("/run/lock")).orElseThrow().metadata().mode())
        .isEqualTo(01777);
  }

  @Test
  void fileInPlaceOfADirectoryIsAConflict() throws Exception {
    RootfsAssembler assembler = sysroot("touch file");
    assembler.copy(Files.createFile(directory.resolve("etc")), RootfsPath.of("/etc"));

    assertThatThrownBy(() -> RootfsSkeleton.addTo(assembler))
        .isInstanceOf(RootfsConflictException.class)
        .hasMessageContaining("/etc");
  }
}
