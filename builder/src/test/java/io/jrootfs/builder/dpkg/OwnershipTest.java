package io.jrootfs.builder.dpkg;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  @TempDir Path system;

  private static Rootfs tree(String tac, String cat) {
    return Rootfs.of(
        ImmutableList.of(
            new RootfsEntry.Directory(RootfsPath.ROOT, Metadata.ofMode(0755)),
            file("/cat", cat),
            file("/tac", tac)));
  }

  private static RootfsEntry file(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path),
        Metadata.ofMode(0755),
        new FileContent.Literal(Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aFileOfTheBaseThatWasReplacedIsNoPackagesAnyMore() throws Exception {
    Path info = Files.createDirectories(system.resolve("var/lib/dpkg/info"));
    Files.writeString(info.resolve("coreutils.list"), "/.\n/cat\n/tac\n");
    Files.writeString(
        info.resolveSibling("status"),
        "Package: coreutils\nStatus: install ok installed\nArchitecture: amd64\nVersion: 9.1\n");
    for (String name : new String[] {"cat", "tac"}) {
      Files.writeString(system.resolve(name), "theirs");
    }
    Ownership known =
        Ownership.ofBase(tree("mine", "theirs"), tree("theirs", "theirs"), Sysroot.of(system));
    assertThat(known.owners().keySet()).containsExactly(RootfsPath.of("/cat"));
    assertThat(known.packages()).extracting(DpkgPackage::name).containsExactly("coreutils");
  }
}
