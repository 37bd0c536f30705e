package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import io.jrootfs.builder.closure.TracedRoot;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a name leads to an entry of ldconfig's cache; this machine's loader says so. */
class CacheLookupOracleTest {
  @TempDir Path directory;

  @ParameterizedTest(name = "{0} in a cache with {1}")
  @CsvSource({
    "libq.so.1, libq.so.1",
    "libq.so.1, libq.so.01",
    "libq.so.01, libq.so.1",
    "libq.so.0010, libq.so.10",
    "libq.so.1, libq.so.10",
    "libq.so.0, libq.so.00",
    "libq.so.0, libq.so.",
    "lib0q.so, libq.so",
    "lib07q.so.1.02, lib7q.so.01.2",
  })
  void digitsAreComparedAsNumbers(String wanted, String there) throws Exception {
    TracedRoot root = TracedRoot.in(directory);
    root.shell(
        "lib \"$1\" stub.so; lib \"$2\" \"root/opt/$2\"; app ./stub.so;"
            + " echo /opt >root/etc/ld.so.conf; /sbin/ldconfig -r root",
        wanted,
        there);
    assertThat(root.ours()).isEqualTo(root.loaders());
  }

  @Test
  void whoRefusesSystemDirectoriesLosesWhatTheCacheHasBelowThem() throws Exception {
    TracedRoot root = TracedRoot.in(directory);
    root.shell(
        "for place in /usr/lib/private/libq.so.1 /usr/libr/libr.so.1 /opt/libs.so.1"
            + "    /lib/x86_64-linux-gnu/libt.so.1; do"
            + "  mkdir -p root${place%/*}; lib ${place##*/} root$place;"
            + "done;"
            + "printf '/usr/lib/private\\n/usr/libr\\n/opt\\n' >root/etc/ld.so.conf;"
            + "/sbin/ldconfig -r root;"
            + "app -Wl,-z,nodefaultlib root/usr/lib/private/* root/usr/libr/* root/opt/*"
            + "  root/lib/x86_64-linux-gnu/libt*");
    assertThat(root.loaders()).containsOnlyKeys("libr.so.1", "libs.so.1");
    assertThat(root.ours()).isEqualTo(root.loaders());
  }
}
