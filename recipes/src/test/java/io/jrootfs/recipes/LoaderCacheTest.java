package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that only ld.so.conf leads to are found in the image, by the real loader. */
class LoaderCacheTest {
  @TempDir Path work;
  private Dist dist;

  /** A root in which bash needs a library of /opt/private, as ldconfig is told. */
  @BeforeEach
  void makeRoot() throws Exception {
    dist = Dist.sharedIn(work);
    shell(
        """
        jbuild rootfs --add bash,ls --format dir -o root
        mkdir -p root/opt/private
        find root/usr/lib -name 'libtinfo.so.*' -exec mv {} root/opt/private ';'
        echo /opt/private >root/etc/ld.so.conf
        ldconfig -r root
        """);
  }

  private String shell(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void theProgramStarts() throws Exception {
    shell("jbuild rootfs --sysroot root --add bash -o image.tar");
    assertThat(shell("jrun image.tar bash -c 'echo started'")).isEqualTo("started\n");
    shell("jbuild rootfs --sysroot root --add bash --format dir -o again");
    assertThat(shell("ldconfig -p -C again/etc/ld.so.cache"))
        .contains("=> /opt/private/libtinfo.so.6")
        .doesNotContain("libselinux");
  }

  @Test
  void aProgramThatNeedsNoCacheHasNone() throws Exception {
    shell("jbuild rootfs --no-package-metadata --sysroot root --add ls --format dir -o again");
    assertThat(shell("ls again/etc")).isEqualTo("group\npasswd\n");
  }
}
