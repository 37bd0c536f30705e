package io.jrootfs.builder.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loaders of Debian's releases and machines say below which subdirectories they look (LD_DEBUG):
 * before glibc-hwcaps (2.31), with both kinds (2.36), and after the old ones were given up (2.41).
 */
class LegacyDirectoriesOracleTest {
  private static final String PACKAGES = "base-files,coreutils,libc6";

  @TempDir Path directory;

  /** One in which the emulated processor is that of a kind we know. */
  @ParameterizedTest
  @CsvSource({
    "bullseye, amd64, lib64/ld-linux-x86-64.so.2, qemu-x86_64-static, qemu64",
    "bullseye, amd64, lib64/ld-linux-x86-64.so.2, qemu-x86_64-static, Haswell-v4",
    "bookworm, amd64, lib64/ld-linux-x86-64.so.2, qemu-x86_64-static, Haswell-v4",
    "bookworm, amd64, lib64/ld-linux-x86-64.so.2, qemu-x86_64-static, Nehalem-v1",
    "trixie, amd64, lib64/ld-linux-x86-64.so.2, qemu-x86_64-static, Haswell-v4",
    "bookworm, i386, lib/ld-linux.so.2, qemu-i386-static, Haswell-v4",
    "bullseye, arm64, lib/ld-linux-aarch64.so.1, qemu-aarch64-static, cortex-a57",
    "bookworm, arm64, lib/ld-linux-aarch64.so.1, qemu-aarch64-static, max",
    "bookworm, armhf, lib/ld-linux-armhf.so.3, qemu-arm-static, max",
    "bookworm, armhf, lib/ld-linux-armhf.so.3, qemu-arm-static, cortex-a9"
  })
  void aKindOfProcessorLooksIntoTheSubdirectoriesItsLoaderNames(
      String suite, String architecture, String loader, String qemu, String processor)
      throws Exception {
    Path root = UnpackedDebian.at(directory.resolve("root"), suite, architecture, PACKAGES);
    assertThat(kinds(root, loader)).contains(searched(root, loader, qemu, processor));
  }

  /** qemu names no platform there, and not all bits of a machine that has them. */
  @ParameterizedTest
  @CsvSource({
    "bookworm, ppc64el, lib64/ld64.so.2, qemu-ppc64le-static, POWER9",
    "bookworm, s390x, lib/ld64.so.1, qemu-s390x-static, max"
  })
  void whatAnIncompleteEmulationLooksIntoSomeKindOfProcessorLooksInto(
      String suite, String architecture, String loader, String qemu, String processor)
      throws Exception {
    Path root = UnpackedDebian.at(directory.resolve("root"), suite, architecture, PACKAGES);
    List<String> searched = searched(root, loader, qemu, processor);
    assertThat(searched).hasSizeGreaterThan(4);
    assertThat(kinds(root, loader))
        .anySatisfy(kind -> assertThat(kind).containsSubsequence(searched));
  }

  private static List<List<String>> kinds(Path root, String path) throws Exception {
    Sysroot sysroot = Sysroot.of(root);
    Path loader = sysroot.file(sysroot.find(SysrootPath.of("/" + path)).orElseThrow().path());
    ElfFile elf = ElfReader.read(loader).orElseThrow();
    GlibcInterpreter configuration =
        GlibcInterpreter.read(Files.readAllBytes(loader)).orElseThrow();
    List<List<String>> kinds = new ArrayList<>();
    for (Circumstances kind : new ProcessorDirectories(configuration, elf.header()).processors()) {
      kinds.add(ProcessorDirectories.before(kind));
    }
    return kinds;
  }

  /** Each with a slash at its end, as often as it is named first. */
  private static List<String> searched(Path root, String loader, String qemu, String processor)
      throws Exception {
    Files.copy(Path.of("/usr/bin", qemu), root.resolve("qemu"));
    String debug =
        ExternalTool.shell(
            root,
            "/usr/sbin/chroot . /qemu -cpu $2 -E LD_DEBUG=libs -E LD_LIBRARY_PATH=/searched"
                + "  /$1 --list /bin/true 2>&1",
            loader,
            processor);
    String path =
        debug
            .lines()
            .filter(line -> line.contains("search path=/searched"))
            .findFirst()
            .orElseThrow()
            .replaceFirst(".*search path=", "")
            .replaceFirst("\\t.*", "");
    return Splitter.on(':')
        .splitToStream(path)
        .map(each -> each.substring("/searched".length()))
        .map(each -> each.isEmpty() ? "" : each.substring(1) + "/")
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }
}
