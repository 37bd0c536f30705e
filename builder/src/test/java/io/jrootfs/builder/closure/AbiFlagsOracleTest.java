package io.jrootfs.builder.closure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.UnpackedDebian;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfMachine;
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
 * Libraries of a loader's own machine with every value of the bits in {@code e_flags} that tell
 * ABIs apart, each in the first of two directories; the loader, under qemu, takes it or the other.
 */
class AbiFlagsOracleTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "trixie, riscv64, RISCV64, /lib/ld-linux-riscv64-lp64d.so.1, qemu-riscv64-static, 4, 8",
    "bookworm, ppc64el, PPC64LE, /lib64/ld64.so.2, qemu-ppc64le-static, 2, 4"
  })
  void aLibraryOfAnotherAbiIsPassedOver(
      String suite,
      String architecture,
      ElfMachine machine,
      String loader,
      String qemu,
      int flags,
      int values)
      throws Exception {
    Path root =
        UnpackedDebian.at(directory.resolve("root"), suite, architecture, "base-files,libc6");
    Files.copy(Path.of("/usr/bin", qemu), root.resolve("qemu"));
    ElfBuilder program = ElfBuilder.program(loader).on(machine).flags(flags);
    for (int value = 0; value < values; value++) {
      String first = "/first-" + value;
      String needed = "lib" + value + ".so";
      program.needs(needed);
      library(root.resolve(first.substring(1)), needed, machine, value);
      library(root.resolve("second"), needed, machine, flags);
    }
    StringBuilder runPath = new StringBuilder();
    for (int value = 0; value < values; value++) {
      runPath.append("/first-").append(value).append(':');
    }
    Files.write(root.resolve("app"), loadable(program.runPath(runPath + "/second")).build());
    ExternalTool.shell(root, "chmod +x app");

    List<String> taken = loaders(root, loader);
    assertThat(taken).hasSize(values).anyMatch(path -> path.startsWith("/second/"));
    assertThat(ours(root)).containsExactlyElementsOf(taken);
  }

  private static void library(Path place, String name, ElfMachine machine, int flags)
      throws Exception {
    Files.createDirectories(place);
    Files.write(
        place.resolve(name), loadable(ElfBuilder.sharedObject().on(machine).flags(flags)).build());
  }

  /** What real loaders need to map and search it, as in {@link RandomTree}. */
  private static ElfBuilder loadable(ElfBuilder elf) {
    return elf.entry("DT_SYMTAB", 6, ElfBuilder.ADDRESS)
        .entry("DT_HASH", 4, ElfBuilder.ADDRESS + ElfClass.ELFCLASS64.headerSize())
        .trailing(new byte[8192]);
  }

  private static List<String> loaders(Path root, String loader) throws Exception {
    return ExternalTool.shell(
            root,
            "/usr/sbin/chroot . /qemu $1 --list /app 2>&1 |"
                + " sed -n 's/^\\tlib[0-9].so => \\(\\/.*\\) (0x.*/\\1/p'",
            loader)
        .lines()
        .toList();
  }

  private static List<String> ours(Path root) throws Exception {
    Closure closure =
        new ClosureResolver(Sysroot.of(root), ImmutableList.of())
            .resolve(ImmutableList.of(new Program("app", SysrootPath.of("/app"))));
    List<String> found = new ArrayList<>();
    for (Closure.Edge edge : closure.edges()) {
      if (edge.requested().startsWith("lib")) {
        found.add(edge.to().requested().value());
      }
    }
    return found;
  }
}
