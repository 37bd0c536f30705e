package io.jrootfs.builder.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What unpacking does without privilege, tried as user 65534 in a JVM of its own. */
class OrdinaryUserTest {
  @TempDir Path directory;

  @BeforeEach
  void prepare() throws IOException {
    ExternalTool.requireRoot();
    try (OutputStream out = Files.newOutputStream(directory.resolve("t.tar"))) {
      new TarWriter(SampleTrees.MTIME).write(SampleTrees.everyKind(), out);
    }
    // The class path may lie in root's home, where the other user cannot go.
    Path classes = Files.createDirectory(directory.resolve("classes"));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : classPath.split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(element))) {
        ExternalTool.shell(classes, "cp -R \"$1\"/. .", element);
      } else if (Files.exists(Path.of(element))) {
        ExternalTool.shell(classes, "cp \"$1\" .", element);
      }
    }
    ExternalTool.shell(directory, "chmod -R a+rX .; chmod 1777 .");
  }

  private String unpack(String forbidden) throws IOException {
    return ExternalTool.run(
        directory,
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "--no-new-privs",
        "env",
        "LC_ALL=C.UTF-8",
        System.getProperty("java.home") + "/bin/java",
        "-Djava.io.tmpdir=" + directory,
        "-cp",
        "classes:classes/*",
        UnpackAsOrdinaryUser.class.getName(),
        "t.tar",
        "out",
        forbidden);
  }

  @Test
  void everythingButDevicesAndCapabilitiesIsMade() throws IOException {
    assertThat(unpack("OMIT"))
        .isEqualTo(
            """
            device node: EPERM /dev/loop
            extended attribute security.capability: EPERM /bin/ping
            """);
    assertThat(
            ExternalTool.shell(
                directory.resolve("out"),
                "stat -c '%a %u:%g %Y %F %n' bin/su tmp srv/owned srv/unwritable dev/initctl lib;"
                    + "getfattr -d -e hex srv/second; ls dev"))
        .isEqualTo(
            """
            4755 65534:65534 1000000000 regular file bin/su
            1777 65534:65534 1000000000 directory tmp
            640 65534:65534 1000000000 regular file srv/owned
            400 65534:65534 -1 regular empty file srv/unwritable
            600 65534:65534 1000000000 fifo dev/initctl
            777 65534:65534 1000000000 symbolic link lib
            # file: srv/second
            user.a=0x00ff0a3d
            user.ü=0x00ff0a3d

            initctl
            """);
  }

  @Test
  void exactCopyFailsNamingTheFirstThingThatCannotBe() {
    assertThatThrownBy(() -> unpack("FAIL"))
        .hasMessageContaining("bin/ping: lsetxattr failed")
        .hasMessageContaining("EPERM");
  }
}
