package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This machine's loader, started in an image, finds by the cache we wrote and by nothing else. */
class WrittenCacheOracleTest {
  /** Names whose order is not that of their characters; the loader bisects by it. */
  private static final ImmutableList<String> NAMES =
      ImmutableList.of(
          "libx.so.9",
          "libx.so.10",
          "libx.so.100",
          "libx.so.1",
          "libx.so.1.2",
          "libx.so.1.10",
          "libx1.so",
          "libxa.so",
          "libx-1.so",
          "libx_1.so",
          "libx+.so",
          "libX.so",
          "libx",
          "libx.so",
          "libx10.so",
          "libx9.so",
          "lib9.so",
          "lib10.so",
          "9lib.so",
          "zlib",
          "lib\u00fc.so",
          "libx.so.99999999999");

  @TempDir Path directory;
  private BuiltRoot root;

  @BeforeEach
  void imageOfAProgramWithLibrariesOffTheLoadersPath() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir -p sysroot/lib64 sysroot/lib/x86_64-linux-gnu sysroot/bin sysroot/opt/lib;"
            + "cp -L /lib64/ld-linux-x86-64.so.2 sysroot/lib64/;"
            + "cp -L /lib/x86_64-linux-gnu/libc.so.6 sysroot/lib/x86_64-linux-gnu/;"
            + "for name; do"
            + "  echo | gcc -shared -x c -nostdlib -Wl,-soname,$name -o sysroot/opt/lib/$name -;"
            + "done;"
            + "echo 'int main(void) { return 0; }' | gcc -x c -o sysroot/bin/app - -x none"
            + "  -Wl,--no-as-needed -Lsysroot/opt/lib $(printf ' -l:%s' \"$@\")",
        NAMES.toArray(new String[0]));
    ClosureOptions options =
        ClosureOptions.DEFAULT.withLibraryPath(ImmutableList.of(SysrootPath.of("/opt/lib")));
    root =
        BuiltRoot.of(directory.resolve("sysroot"), directory.resolve("root"), options, "/bin/app");
  }

  private ImmutableList<String> traced() throws IOException {
    return root.run("/lib64/ld-linux-x86-64.so.2", "--list", "/bin/app")
        .lines()
        .map(line -> line.strip().replaceAll(" \\(0x[0-9a-f]+\\)$", ""))
        .filter(line -> !line.matches("(linux-vdso|libc|/lib64/).*"))
        .collect(ImmutableList.toImmutableList());
  }

  @Test
  void everyNameIsFoundByTheCache() throws IOException {
    assertThat(traced())
        .containsExactlyElementsOf(
            NAMES.stream().map(name -> name + " => /opt/lib/" + name).toList());
    assertThat(root.run("/bin/app")).isEmpty();
  }

  @Test
  void withoutTheCacheTheProgramDoesNotStart() throws IOException {
    Files.delete(root.directory().resolve("etc/ld.so.cache"));
    assertThatThrownBy(() -> root.run("/bin/app"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(NAMES.get(0) + ": cannot open shared object file");
  }

  @Test
  void anImageBuiltFromTheImageHasTheSameCache() throws Exception {
    Path again = directory.resolve("again");
    BuiltRoot.of(root.directory(), again, "/bin/app");
    assertThat(ExternalTool.treeListing(again))
        .isEqualTo(ExternalTool.treeListing(root.directory()));
  }

  @Test
  void aLibraryOfARunPathIsNotInItForOthersToFind() throws Exception {
    ExternalTool.shell(
        directory,
        "mkdir sysroot/opt/private;"
            + "echo | gcc -shared -x c -nostdlib -Wl,-soname,libprivate.so"
            + "  -o sysroot/opt/private/libprivate.so -;"
            + "echo 'int main(void) { return 0; }' | gcc -x c -o sysroot/bin/both - -x none"
            + "  -Wl,--no-as-needed,-rpath,/opt/private -Lsysroot/opt/lib -l:libx.so"
            + "  sysroot/opt/private/libprivate.so");
    ClosureOptions options =
        ClosureOptions.DEFAULT.withLibraryPath(ImmutableList.of(SysrootPath.of("/opt/lib")));
    BuiltRoot both =
        BuiltRoot.of(directory.resolve("sysroot"), directory.resolve("both"), options, "/bin/both");
    assertThat(both.run("/bin/both")).isEmpty();
    assertThat(
            ExternalTool.run(both.directory(), "/sbin/ldconfig", "-p", "-C", "etc/ld.so.cache")
                .lines()
                .filter(line -> line.startsWith("\t"))
                .map(line -> line.strip().replaceFirst(" .*", "")))
        .contains("libx.so")
        .doesNotContain("libprivate.so")
        .allMatch(name -> name.equals("libx.so") || name.equals("libc.so.6"));
  }
}
