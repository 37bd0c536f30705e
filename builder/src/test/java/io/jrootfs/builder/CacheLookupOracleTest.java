package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import java.util.List;
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
    ExternalTool.shell(
        directory,
        "mkdir -p root/lib64 root/lib/x86_64-linux-gnu root/bin root/opt root/etc;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 root/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 root/lib/x86_64-linux-gnu/;"
            + "for name; do"
            + "  echo | gcc -shared -x c -nostdlib -Wl,-soname,$name -o $name -;"
            + "done;"
            + "echo 'int main(void) { return 0; }' |"
            + "  gcc -x c -o root/bin/app - -Wl,--no-as-needed -L. -l:$1;"
            + "mv $2 root/opt/; echo /opt >root/etc/ld.so.conf; /sbin/ldconfig -r root",
        wanted,
        there);
    assertThat(ours(wanted)).isEqualTo(loaders(wanted));
  }

  /** Where it was found, or the empty text. */
  private String ours(String wanted) throws Exception {
    Closure closure =
        new ClosureResolver(Sysroot.of(directory.resolve("root")), ImmutableList.of())
            .resolve(List.of(new Program("app", SysrootPath.of("/bin/app"))));
    return closure.edges().stream()
        .filter(edge -> edge.requested().equals(wanted))
        .map(edge -> edge.to().requested().value())
        .findFirst()
        .orElse("");
  }

  private String loaders(String wanted) throws Exception {
    return ExternalTool.shell(
            directory,
            "{ chroot root /lib64/ld-linux-x86-64.so.2 --list /bin/app || true; } 2>&1 |"
                + " sed -n \"s/^\\t$1 => \\(\\/.*\\) (0x.*/\\1/p\"",
            wanted)
        .strip();
  }
}
