package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of an index of images for several machines, each program starts that of this one. */
class IndexTest {
  private static final int CANNOT_BE_EXECUTED = 126;

  /** What the program for the other machine ends with. */
  private static final int OTHER_STATUS = 7;

  @TempDir Path work;
  private Dist dist;

  @BeforeEach
  void makeTrees() throws Exception {
    dist = Dist.sharedIn(work);
    shell(
        """
        mkdir -p mine/bin other/bin
        cp /bin/busybox mine/bin/sh
        printf 'int main(void) { return 7; }' >sh.c
        aarch64-linux-gnu-gcc -static -o other/bin/sh sh.c
        """);
  }

  private String shell(String script) throws Exception {
    Dist.Result result = dist.shell(work, script);
    assertThat(result.status()).as(result.err()).isZero();
    return result.out();
  }

  /** That for this machine is the second, so that the first is not taken as it comes. */
  private void build(String format) throws Exception {
    shell(
        """
        jbuild rootfs -q --platform linux/arm64,linux/amd64 --format %s \
          --sysroot linux/amd64=mine --sysroot linux/arm64=other --add /bin/sh \
          -t example.com/both:1 -o both.tar
        """
            .formatted(format));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid", "oci"})
  void containerdImportsItAndRunsTheOneForThisMachine(String format) throws Exception {
    build(format);
    Dist.bring(work, "containerd.sh");
    assertThat(
            shell(
                """
                . ./containerd.sh
                trap 'kill $containerd; wait $containerd || :' EXIT
                own_ctr images import --all-platforms --snapshotter native both.tar >import.log 2>&1
                own_ctr images ls -q
                own_ctr images ls | grep -o 'linux/[a-z0-9,/]*'
                own_ctr run --rm --snapshotter native example.com/both:1 jrootfs-test-$$ \
                  /bin/sh -c 'echo started'
                """))
        .isEqualTo("example.com/both:1\nlinux/amd64,linux/arm64\nstarted\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid", "oci"})
  void jrunRunsTheOneForThisMachine(String format) throws Exception {
    build(format);
    assertThat(shell("jrun both.tar /bin/sh -c 'echo started'")).isEqualTo("started\n");
  }

  @Test
  void jrunTakesTheOneThatIsAskedFor() throws Exception {
    build("oci");
    int status = dist.shell(work, "jrun --platform linux/arm64 both.tar /bin/sh").status();
    // The program's own where this kernel is set up to emulate the machine (binfmt_misc).
    assertThat(status).isIn(CANNOT_BE_EXECUTED, OTHER_STATUS);
  }
}
