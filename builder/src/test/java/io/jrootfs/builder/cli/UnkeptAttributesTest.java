package io.jrootfs.builder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attributes that no image keeps are not left out in silence. */
class UnkeptAttributesTest {
  /** What the kernel's NFS and CIFS clients answer for files on their servers. */
  private static final String FILE_SERVER =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <string.h>
      #include <sys/types.h>
      static const char names[] = "system.cifs_acl\\0system.nfs4_acl\\0user.kept";
      ssize_t llistxattr(const char *path, char *list, size_t size) {
        ssize_t (*real)(const char *, char *, size_t);
        *(void **)&real = dlsym(RTLD_NEXT, "llistxattr");
        if (!strstr(path, "/served")) return real(path, list, size);
        if (size < sizeof names) { errno = ERANGE; return -1; }
        memcpy(list, names, sizeof names);
        return sizeof names;
      }
      """;

  @TempDir Path work;
  private Path served;

  @BeforeEach
  void makeTree() throws IOException {
    served = work.resolve("served");
    ExternalTool.shell(
        work, "mkdir served; touch served/a served/b; setfattr -n user.kept -v z served served/*");
  }

  @Test
  void accessListsOfAFileServerAreAlwaysTold() throws Exception {
    Files.writeString(work.resolve("server.c"), FILE_SERVER);
    ExternalTool.run(work, "gcc", "-shared", "-fPIC", "-o", "server.so", "server.c");
    Path root = work.resolve("root");

    String told = ofServed("--format", "dir", "-o", root.toString());

    assertThat(told)
        .contains(
            "jbuild rootfs: left out: system.nfs4_acl of /srv and 2 more, access control lists")
        .contains(
            "jbuild rootfs: left out: system.cifs_acl of /srv and 2 more, access control lists")
        .contains("permission bits are kept");
    assertThat(ExternalTool.run(root, "getfattr", "-m", "-", "srv/a"))
        .contains("user.kept")
        .doesNotContain("system");
    assertThat(ofServed("-o", work.resolve("image.tar").toString())).contains("system.nfs4_acl of");
    assertThat(ofServed("-q", "-o", work.resolve("image.tar").toString())).isEmpty();
  }

  /** What is said of a build from the server. */
  private String ofServed(String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(ProgramRun.words("rootfs", "--copy=" + served + ":/srv"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LD_PRELOAD", work.resolve("server.so").toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void labelsOfThisMachineAreToldToWhoWantsMore() throws Exception {
    ExternalTool.requireRoot();
    ExternalTool.shell(
        work,
        "setfattr -n security.selinux -v label served/b; setfattr -n user.overlay.x -v y served");
    String image = work.resolve("image.tar").toString();
    String copy = "--copy=" + served + ":/srv";

    assertThat(Invocation.of("rootfs", copy, "-o", image).err()).doesNotContain("left out");
    assertThat(Invocation.of("rootfs", "-v", copy, "-o", image).err())
        .contains(
            "jbuild rootfs: left out: security.selinux of /srv/b, which is about this machine and"
                + " not about the file\n")
        .contains("jbuild rootfs: left out: user.overlay.x of /srv, which is about this machine")
        .doesNotContain("user.kept");
  }
}
