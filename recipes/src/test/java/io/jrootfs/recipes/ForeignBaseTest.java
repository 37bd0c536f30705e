package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Debian system for another machine; one build, for emulation takes minutes. */
class ForeignBaseTest {
  @TempDir Path work;

  @Test
  void aSystemForArm64IsInstalledHereAndItsProgramsRun() throws Exception {
    Dist dist = Dist.sharedIn(work);
    Dist.Result result =
        dist.shell(
            work,
            "mkdir tmp && TMPDIR=$PWD/tmp JBUILD_CACHE_DIR=$PWD/packages jbuild rootfs"
                + " --debootstrap bookworm --variant minbase --platform linux/arm64"
                + " --bootstrap-tool debootstrap --format dir -o root && ls -A tmp"
                + " && ! test -e /proc/sys/fs/binfmt_misc/qemu-aarch64"
                + " && qemu-aarch64-static -L root root/usr/bin/dpkg --root=root --audit"
                + " && qemu-aarch64-static -L root root/usr/bin/dpkg --print-architecture"
                + " && jbuild check root");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("arm64\n");
  }
}
