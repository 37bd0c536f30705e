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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** A tar whose entries all have records that bsdtar, star and GNU tar write on other systems. */
  private String archive() throws IOException {
    ExternalTool.shell(
        work,
        "tar -cf tree.tar --format=posix --pax-option='SCHILY.acl.ace:=owner@:rwx:-------:allow,"
            + "SCHILY.fflags:=nodump,RHT.security.selinux:=a:b:c' -C served .");
    return work.resolve("tree.tar").toString();
  }

  private static String left(String keyword, String files) {
    String why =
        switch (keyword) {
          case "SCHILY.acl.ace" ->
              ", access control lists of NFSv4, which no disk of Linux takes; permission bits are"
                  + " kept, and so are the lists that setfacl makes";
          case "SCHILY.fflags" -> ", file flags such as chattr sets, which no image can keep";
          default -> ", which is about the machine that the tar was written on";
        };
    return "jbuild rootfs: left out: " + keyword + " of " + files + why + "\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"dir", "rootfs"})
  void recordsOfATarAreTold(String format) throws Exception {
    ExternalTool.requireRoot();
    String output = work.resolve("output").toString();
    String[] build = {"rootfs", "--from", archive(), "--format", format, "-o", output, "-v"};
    String all = "/ and 2 more";

    assertThat(Invocation.of(build).err())
        .startsWith(
            left("RHT.security.selinux", all)
                + left("SCHILY.acl.ace", all)
                + left("SCHILY.fflags", all)
                + output
                + ": 3 entries, ");
    ExternalTool.shell(work, "rm -r output");
    build[build.length - 1] = "--copy=" + served.resolve("b") + ":/a";
    String others = "/ and 1 more";
    assertThat(Invocation.of(build).err())
        .startsWith(left("SCHILY.acl.ace", others) + left("SCHILY.fflags", others) + output);
  }

  /** It is still there, and whoever can make use of it will; unless a new layer has the file. */
  @Test
  void layersOfABaseKeepWhatTheySay() throws Exception {
    String image = work.resolve("image.tar").toString();
    String from = archive();
    assertThat(Invocation.of("rootfs", "-v", "--from", from, "-o", image).err())
        .doesNotContain("left out");
    assertThat(
            ExternalTool.shell(
                work,
                "tar -xOf image.tar $(tar -xOf image.tar manifest.json"
                    + " | grep -o '[^\"]*' | grep blobs/ | tail -n1)"
                    + " | gzip -d | grep -a -c SCHILY.acl.ace=owner@:rwx:-------:allow"))
        .isEqualTo("3\n");
    Path recipe =
        Files.writeString(
            work.resolve("recipe.yaml"),
            """
            recipe: 1
            name: changed
            contents: { from: ./tree.tar }
            paths:
              - { path: /a, mode: "0600" }
            """);
    assertThat(Invocation.of("rootfs", "--recipe", recipe.toString(), "-o", image).err())
        .startsWith(left("SCHILY.acl.ace", "/a") + left("SCHILY.fflags", "/a") + image);
  }

  /** What a scanner reads of packages is added from the root that the programs are from. */
  @Test
  void labelsOfPackageMetadataAreTold() throws Exception {
    ExternalTool.requireRoot();
    Path root = Files.createDirectory(work.resolve("root"));
    ExternalTool.shell(
        root,
        """
        mkdir -p bin var/lib/dpkg/info usr/share/doc/one; cp /bin/true bin/one
        printf 'Package: one\\nStatus: install ok installed\\nArchitecture: amd64\\nVersion: 1\\n\\n' \\
          >var/lib/dpkg/status
        printf '/bin/one\\n/usr/share/doc/one/copyright\\n' >var/lib/dpkg/info/one.list
        echo free >usr/share/doc/one/copyright
        setfattr -n security.selinux -v label usr/share/doc/one/copyright
        """);
    assertThat(
            Invocation.of(
                    "rootfs",
                    "-v",
                    "--copy=" + root.resolve("bin/one") + ":/bin/one",
                    "--sysroot=" + root,
                    "-o",
                    work.resolve("image.tar").toString())
                .err())
        .startsWith(
            "jbuild rootfs: left out: security.selinux of /usr/share/doc/one/copyright, which is"
                + " about this machine and not about the file\n");
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
