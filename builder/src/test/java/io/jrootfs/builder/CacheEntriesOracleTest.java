package io.jrootfs.builder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.ldso.LdSoCacheBuilder;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which of several cache entries for one name counts: the loader of the cache's own time says so,
 * on processors that qemu emulates; and in an image with the cache that we wrote.
 */
class CacheEntriesOracleTest {
  private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

  /** Two that know no particular names, and two of Intel's with them, one of level 3. */
  private static final List<String> PROCESSORS =
      List.of("qemu64", "Opteron_G5", "Nehalem-v1", "Haswell-v4");

  @TempDir Path directory;

  private static Set<String> ours(Path root, HwcapsPolicy policy) throws Exception {
    Closure closure =
        RootfsBuild.resolve(
            ImmutableList.of("/app"),
            Sysroot.of(root),
            ImmutableList.of(),
            SysrootPath.ROOT,
            ClosureOptions.DEFAULT.withHwcaps(policy));
    return closure.edges().stream()
        .filter(edge -> edge.requested().equals("liba.so"))
        .map(edge -> edge.to().requested().value())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String loaders(Path root, String qemu, String loader, String processor)
      throws Exception {
    Files.createDirectories(root.resolve("emulator"));
    ExternalTool.shell(root, "cp -n /usr/bin/$1 emulator/", qemu);
    return ExternalTool.shell(
            root,
            "/usr/sbin/chroot . /emulator/$1 -cpu $3 $2 --list /app"
                + " | sed -n 's/^\tliba.so => \\(.*\\) (0x.*/\\1/p'",
            qemu,
            loader,
            processor)
        .strip();
  }

  private static void program(Path root, String... subdirectories) throws Exception {
    ExternalTool.shell(
        root,
        "for directory; do"
            + "  mkdir -p opt/lib/$directory;"
            + "  echo | gcc -shared -x c -nostdlib -Wl,-soname,liba.so -o opt/lib/$directory/liba.so -;"
            + "done;"
            + "echo 'int main(void) { return 0; }' | gcc -x c -nostdlib -Wl,-e,main -o app -"
            + "  -x none -Wl,--no-as-needed opt/lib/$1/liba.so;"
            + "mkdir -p etc; echo /opt/lib >etc/ld.so.conf",
        subdirectories);
  }

  /** The last, simplest of the subdirectories first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ". tls",
        ". x86_64 tls/x86_64",
        ". haswell",
        ". tls/haswell/x86_64 haswell/x86_64 x86_64",
        ". tls haswell xeon_phi",
        ". haswell/avx512_1/x86_64 haswell x86_64/x86_64"
      })
  void ofEntriesForLegacySubdirectoriesTheFirstThatFitsTheProcessorCounts(String subdirectories)
      throws Exception {
    Path root =
        UnpackedDebian.at(
            directory.resolve("root"), "bullseye", "amd64", "base-files,libc6,libc-bin");
    program(root, subdirectories.split(" ", -1));
    ExternalTool.shell(root, "/usr/sbin/chroot . /sbin/ldconfig");
    Set<String> loaders = new TreeSet<>();
    for (String processor : PROCESSORS) {
      loaders.add(loaders(root, "qemu-x86_64-static", LOADER, processor));
    }
    Set<String> all = ours(root, HwcapsPolicy.ALL);
    assertThat(all).containsAll(loaders);
    // There is no emulation of what xeon_phi and avx512_1 stand for.
    all.removeIf(path -> path.contains("xeon_phi") || path.contains("avx512_1"));
    assertThat(all).isEqualTo(loaders);
    assertThat(ours(root, HwcapsPolicy.BASELINE))
        .containsExactly(loaders(root, "qemu-x86_64-static", LOADER, "qemu64"));

    BuiltRoot image =
        BuiltRoot.of(
            root,
            directory.resolve("image"),
            ClosureOptions.DEFAULT.withHwcaps(HwcapsPolicy.ALL),
            "/app");
    for (String processor : PROCESSORS) {
      assertThat(loaders(image.directory(), "qemu-x86_64-static", LOADER, processor))
          .as(processor)
          .isEqualTo(loaders(root, "qemu-x86_64-static", LOADER, processor));
    }
  }

  @Test
  void anEntryForABetterProcessorThanItsSubdirectoryPromisesIsPassedOver() throws Exception {
    Path root =
        UnpackedDebian.at(
            directory.resolve("root"), "bookworm", "amd64", "base-files,libc6,libc-bin");
    program(root, ".", "glibc-hwcaps/x86-64-v2", "glibc-hwcaps/x86-64-v3");
    ExternalTool.shell(
        root,
        "echo | gcc -shared -x c -nostdlib -Wl,-soname,liba.so -Wl,-z,x86-64-v3"
            + "  -o opt/lib/glibc-hwcaps/x86-64-v2/liba.so -;"
            + "/usr/sbin/chroot . /sbin/ldconfig");
    Set<String> loaders = new TreeSet<>();
    for (String processor : PROCESSORS) {
      loaders.add(loaders(root, "qemu-x86_64-static", LOADER, processor));
    }
    assertThat(ours(root, HwcapsPolicy.ALL)).isEqualTo(loaders);
    assertThat(loaders)
        .containsExactly("/opt/lib/glibc-hwcaps/x86-64-v3/liba.so", "/opt/lib/liba.so");
  }

  @Test
  void since237EntriesForLegacySubdirectoriesArePassedOver() throws Exception {
    Path root =
        UnpackedDebian.at(
            directory.resolve("root"), "trixie", "amd64", "base-files,libc6,libc-bin");
    program(root, ".", "tls", "x86_64");
    for (long bits : new long[] {1L << 63, 1L << 1}) {
      Files.write(
          root.resolve("etc/ld.so.cache"),
          new LdSoCacheBuilder()
              .entry("liba.so", "/opt/lib/tls/liba.so", LdSoCacheBuilder.X86_64, bits)
              .entry("liba.so", "/opt/lib/liba.so", LdSoCacheBuilder.X86_64, 0)
              .build());
      assertThat(ours(root, HwcapsPolicy.ALL))
          .containsExactly(loaders(root, "qemu-x86_64-static", LOADER, "Haswell-v4"))
          .containsExactly("/opt/lib/liba.so");
    }
  }

  /**
   * Which is what {@code $PLATFORM} means, for longer than there are subdirectories of that name.
   */
  @ParameterizedTest
  @ValueSource(strings = {"bullseye", "bookworm", "trixie"})
  void theLoaderHasAPlatformOfItsOwnForIntelsProcessors(String suite) throws Exception {
    Path root =
        UnpackedDebian.at(directory.resolve("root"), suite, "amd64", "base-files,libc6,libc-bin");
    program(root, ".");
    ExternalTool.shell(
        root,
        "rm -f etc/ld.so.cache etc/ld.so.conf;"
            + "for to in x86_64 haswell; do mkdir opt/$to; cp opt/lib/liba.so opt/$to/; done;"
            + "echo 'int main(void) { return 0; }' | gcc -x c -nostdlib -Wl,-e,main -o app -"
            + "  -x none '-Wl,--no-as-needed,-rpath,/opt/$PLATFORM' opt/lib/liba.so");
    Set<String> loaders = new TreeSet<>();
    for (String processor : PROCESSORS) {
      loaders.add(loaders(root, "qemu-x86_64-static", LOADER, processor));
    }
    assertThat(ours(root, HwcapsPolicy.ALL))
        .isEqualTo(loaders)
        .containsExactly("/opt/haswell/liba.so", "/opt/x86_64/liba.so");
    assertThat(ours(root, HwcapsPolicy.BASELINE)).containsExactly("/opt/x86_64/liba.so");
  }

  /** There the kernel's word counts on a 486 alone. */
  @ParameterizedTest
  @ValueSource(strings = {"bookworm", "trixie"})
  void onI386ThePlatformIsWhatTheProcessorCanDo(String suite) throws Exception {
    Path root = UnpackedDebian.at(directory.resolve("root"), suite, "i386", "base-files,libc6");
    program(root, ".");
    ExternalTool.shell(
        root,
        "rm -f etc/ld.so.cache etc/ld.so.conf;"
            + "echo | gcc -m32 -shared -x c -nostdlib -Wl,-soname,liba.so -o opt/lib/liba.so -;"
            + "for to in i586 i686; do mkdir opt/$to; cp opt/lib/liba.so opt/$to/; done;"
            + "echo 'int main(void) { return 0; }' | gcc -m32 -x c -nostdlib -Wl,-e,main -o app -"
            + "  -x none '-Wl,--no-as-needed,-rpath,/opt/$PLATFORM' opt/lib/liba.so");
    Set<String> loaders = new TreeSet<>();
    // These suites do not start on any processor before those.
    for (String processor : List.of("qemu32", "Haswell-v4")) {
      loaders.add(loaders(root, "qemu-i386-static", "/lib/ld-linux.so.2", processor));
    }
    assertThat(loaders).containsExactly("/opt/i686/liba.so");
    assertThat(ours(root, HwcapsPolicy.ALL))
        .containsExactly("/opt/i586/liba.so", "/opt/i686/liba.so");
    // A 486 would have the kernel's word.
    assertThat(ours(root, HwcapsPolicy.BASELINE)).isEmpty();
  }

  @Test
  void behindATableInTheOldFormatNoEntryForASubdirectoryCounts() throws Exception {
    Path root =
        UnpackedDebian.at(
            directory.resolve("root"), "bookworm", "amd64", "base-files,libc6,libc-bin");
    program(root, ".", "glibc-hwcaps/x86-64-v2", "glibc-hwcaps/x86-64-v3");
    ExternalTool.shell(root, "/usr/sbin/chroot . /sbin/ldconfig -c compat");
    assertThat(ours(root, HwcapsPolicy.ALL))
        .containsExactly(loaders(root, "qemu-x86_64-static", LOADER, "Haswell-v4"));
  }

  @Test
  void onI386AnEntryOfLibc5sDaysCountsIfThereIsNoOther() throws Exception {
    Path root =
        UnpackedDebian.at(directory.resolve("root"), "bookworm", "i386", "base-files,libc6");
    program(root, ".");
    ExternalTool.shell(
        root,
        "mkdir opt/more;"
            + "echo | gcc -m32 -shared -x c -nostdlib -Wl,-soname,liba.so -o opt/lib/liba.so -;"
            + "cp opt/lib/liba.so opt/more/;"
            + "echo 'int main(void) { return 0; }' | gcc -m32 -x c -nostdlib -Wl,-e,main -o app -"
            + "  -x none -Wl,--no-as-needed opt/lib/liba.so");
    for (int other : new int[] {2, 3}) {
      Files.write(
          root.resolve("etc/ld.so.cache"),
          new LdSoCacheBuilder()
              .entry("liba.so", "/opt/more/liba.so", other, 0)
              .entry("liba.so", "/opt/lib/liba.so", 1, 0)
              .build());
      assertThat(ours(root, HwcapsPolicy.BASELINE))
          .containsExactly(loaders(root, "qemu-i386-static", "/lib/ld-linux.so.2", "qemu32"))
          .containsExactly(other == 3 ? "/opt/more/liba.so" : "/opt/lib/liba.so");
    }
  }
}
