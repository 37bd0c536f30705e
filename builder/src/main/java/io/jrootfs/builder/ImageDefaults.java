package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Closure.Edge;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What an image says of itself unless the request says otherwise. */
final class ImageDefaults {
  /** The order of login shells on Debian; merged-/usr or not, one of the pair has the program. */
  private static final ImmutableList<String> CONVENTIONAL_PATH =
      ImmutableList.of(
          "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private ImageDefaults() {}

  /** The first program as command, and a PATH in which every program is found. */
  static ImageConfig config(Closure closure, Platform platform) {
    Set<String> path = new LinkedHashSet<>(CONVENTIONAL_PATH);
    for (Program program : closure.programs()) {
      path.add(program.path().parent().value());
    }
    return ImageConfig.empty(platform)
        .withEnv(ImmutableList.of("PATH=" + String.join(":", path)))
        .withCmd(
            closure.programs().stream()
                .limit(1)
                .map(program -> program.path().value())
                .collect(ImmutableList.toImmutableList()));
  }

  /** {@code localhost/FIRST-PROGRAM:latest}; the output's name would make equal images differ. */
  static ImageReference name(Closure closure) {
    return ImageReference.forUnnamed(
        closure.programs().isEmpty() ? "rootfs" : closure.programs().get(0).path().fileName());
  }

  /** The machine of the first ELF file that a requested program leads to, else this machine. */
  static Platform platform(Closure closure, Sysroot sysroot)
      throws IOException, MalformedElfException {
    for (Edge edge : closure.edges()) {
      SysrootPath file = edge.to().path();
      Optional<ElfMachine> machine =
          ElfReader.read(sysroot.file(file)).flatMap(elf -> ElfMachine.of(elf.header()));
      if (machine.isPresent()) {
        return new Platform("linux", goArchitecture(machine.get()), "");
      }
    }
    return Platform.ofThisMachine();
  }

  private static String goArchitecture(ElfMachine machine) {
    return switch (machine) {
      case I386 -> "386";
      case X86_64, X32 -> "amd64";
      case ARM -> "arm";
      case AARCH64 -> "arm64";
      case RISCV64 -> "riscv64";
      case LOONGARCH64 -> "loong64";
      case PPC64LE -> "ppc64le";
      case PPC64 -> "ppc64";
      case S390X -> "s390x";
    };
  }
}
