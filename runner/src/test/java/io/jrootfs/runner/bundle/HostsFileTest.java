package io.jrootfs.runner.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import org.junit.jupiter.api.Test;

class HostsFileTest {
  private static final RootfsEntry ROOT = directory("/", 0755);

  private static RootfsEntry directory(String path, int mode) {
    return new RootfsEntry.Directory(RootfsPath.of(path), Metadata.ofMode(mode));
  }

  private static RootfsEntry symlink(String path, String target) {
    return new RootfsEntry.Symlink(RootfsPath.of(path), Metadata.ofMode(0777), target);
  }

  private static RootfsEntry file(String path, String text) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(path), Metadata.ofMode(0644), new FileContent.Literal(Bytes.ofUtf8(text)));
  }

  private static ImmutableList<RootfsEntry> completed(RootfsEntry... entries) {
    return HostsFile.addTo(Rootfs.of(ImmutableList.copyOf(entries))).all().asList();
  }

  @Test
  void imageWithoutTheFileGetsOne() {
    RootfsEntry etc = directory("/etc", 0700);
    assertThat(completed(ROOT, etc)).containsExactly(ROOT, etc, file("/etc/hosts", HostsFile.TEXT));
  }

  @Test
  void imageWithoutEtcGetsBoth() {
    assertThat(completed(ROOT))
        .containsExactly(ROOT, directory("/etc", 0755), file("/etc/hosts", HostsFile.TEXT));
  }

  @Test
  void whatTheImageHasInThatPlaceStays() {
    RootfsEntry etc = directory("/etc", 0755);
    RootfsEntry hosts = file("/etc/hosts", "");
    RootfsEntry dangling = symlink("/etc/hosts", "/nonesuch");
    RootfsEntry linkedEtc = symlink("/etc", "usr/etc");
    assertThat(completed(ROOT, etc, hosts)).containsExactly(ROOT, etc, hosts);
    assertThat(completed(ROOT, etc, dangling)).containsExactly(ROOT, etc, dangling);
    assertThat(completed(ROOT, linkedEtc)).containsExactly(ROOT, linkedEtc);
  }
}
