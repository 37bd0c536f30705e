package io.jrootfs.builder.debian;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Splitter;
import io.jrootfs.builder.debian.BootstrapEnvironmentException.Kind;
import io.jrootfs.builder.elf.ElfClass;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Platform;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the programs of another machine are run while its system is made. Where the administrator has
 * registered an emulator with the kernel, that one runs them. Else we register qemu's for the
 * making alone: since Linux 6.7 each user namespace may have its own list (binfmt_misc), which ends
 * with it and which nobody else sees.
 *
 * @param registration a line for the kernel's file {@code register}
 */
record Emulation(String registration) {
  /** Where the kernel shows the list. */
  private static final Path LIST = Path.of("/proc/sys/fs/binfmt_misc");

  /** Opened when it is registered, so that it works in every root. */
  private static final Pattern OPENED = Pattern.compile("flags: .*F.*");

  /** What the emulator must not depend on: who defines the interface, and which type of program. */
  private static final String MASK = "ffffffffffffff00fffffffffffffffffeffffff";

  /** What ends with this status, ends for want of an emulator. */
  static final int NOT_REGISTERED = 97;

  /** Comes before a script whose first argument is the registration. */
  static final String PRELUDE =
      """
      { mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc \\
        && printf %s "$1" >/proc/sys/fs/binfmt_misc/register; } || exit 97
      shift
      """;

  /**
   * What a request needs on a machine; empty if its programs run anyway, or nobody knows how.
   *
   * @throws IOException if the emulator is missing
   */
  static Optional<Emulation> of(BootstrapRequest request, BootstrapHost host) throws IOException {
    Optional<ElfMachine> here = ElfMachine.ofArchitecture(Platform.ofThisMachine().architecture());
    return here.isEmpty() ? Optional.empty() : of(request, host, here.get(), LIST);
  }

  @VisibleForTesting
  static Optional<Emulation> of(
      BootstrapRequest request, BootstrapHost host, ElfMachine here, Path list) throws IOException {
    Optional<ElfMachine> there = request.architecture().flatMap(DpkgArchitecture::machine);
    if (there.isEmpty() || there.get().runsBeside(here)) {
      return Optional.empty();
    }
    String name = "qemu-" + there.get().displayName().replace('-', '_');
    if (isRegistered(list.resolve(name))) {
      return Optional.empty();
    }
    Optional<Path> emulator = host.program(name + "-static").or(() -> host.program(name));
    if (emulator.isEmpty()) {
      throw ToolFailures.notExecutable(request);
    }
    return Optional.of(
        new Emulation(
            ":"
                + name
                + ":M::"
                + escaped(magic(there.get()))
                + ":"
                + escaped(MASK)
                + ":"
                + emulator.get()
                // The program keeps its argument 0; the emulator is opened now.
                + ":PF"));
  }

  private static boolean isRegistered(Path handler) throws IOException {
    if (!Files.exists(handler)) {
      return false;
    }
    List<String> lines = Files.readAllLines(handler);
    return lines.contains("enabled")
        && lines.stream().anyMatch(line -> OPENED.matcher(line).matches());
  }

  /** An ELF file's first bytes (elf(5)): class, byte order, version; ET_EXEC; the machine. */
  private static String magic(ElfMachine machine) {
    return "7f454c46"
        + (machine.elfClass() == ElfClass.ELFCLASS64 ? "02" : "01")
        + (isLittleEndian(machine) ? "01" : "02")
        + "01000000000000000000"
        + half(machine, 2)
        + half(machine, machine.value());
  }

  private static boolean isLittleEndian(ElfMachine machine) {
    return machine.byteOrder().equals(ByteOrder.LITTLE_ENDIAN);
  }

  private static String half(ElfMachine machine, int value) {
    return isLittleEndian(machine)
        ? String.format("%02x%02x", value & 0xff, value >> 8)
        : String.format("%02x%02x", value >> 8, value & 0xff);
  }

  private static String escaped(String hex) {
    StringBuilder text = new StringBuilder();
    Splitter.fixedLength(2).split(hex).forEach(digits -> text.append("\\x").append(digits));
    return text.toString();
  }

  /** For a kernel that does not let us register. */
  static BootstrapEnvironmentException notRegistered(String architecture) {
    return new BootstrapEnvironmentException(
        Kind.MISSING_TOOL,
        "this kernel does not let a build register an emulator for "
            + architecture
            + ", which takes Linux 6.7 or later; let the administrator register qemu-user-static"
            + " with binfmt-support or systemd-binfmt");
  }
}
