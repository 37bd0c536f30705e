package io.jrootfs.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image need not fit into memory. */
class HeapTest {
  /** Less than a third of the image that is made and read. */
  private static final String HEAP = "export JDK_JAVA_OPTIONS=-Xmx128m\n";

  @TempDir Path work;

  @Test
  void largeImagesAreWrittenAndReadWithLittleMemory() throws Exception {
    Dist.Result result =
        Dist.installedIn(work)
            .shell(
                work,
                HEAP
                    + """
                    mkdir -p tree/many && head -c 400000000 /dev/urandom >tree/large
                    (cd tree/many && seq 20000 | split -l 1 -a 4)
                    for method in none gzip zstd; do
                      jbuild rootfs -q --copy tree:/srv --compress $method -o $method.tar
                    done
                    jbuild rootfs -q --from gzip.tar --copy /etc/services -o from.tar
                    jbuild rootfs -q --from zstd.tar --format dir -o root
                    diff -r tree root/srv
                    jbuild diff none.tar zstd.tar
                    jbuild inspect --json from.tar | jq '.content.entries.files > 20000'
                    """);
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("true\n");
  }
}
