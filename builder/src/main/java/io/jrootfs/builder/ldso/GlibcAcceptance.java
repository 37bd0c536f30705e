package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/**
 * Whether glibc takes a file it found under the right name. Some faults make it try the next
 * directory, others end the program (elf/dl-load.c, {@code open_verify} and {@code
 * _dl_map_object_from_fd}).
 */
final class GlibcAcceptance {
  /** As the end of a sentence; musl goes on then, too. */
  static final String UNREADABLE = "may not be read by this user";

  private static final int EV_CURRENT = 1;
  private static final int ELFOSABI_SYSV = 0;
  private static final int ELFOSABI_GNU = 3;
  private static final int EM_ARM = 40;

  /** Above that of every glibc so far, each of which has its own (libc-abis). */
  private static final int LIBC_ABI_MAX = 16;

  private final ElfFiles files;
  private final ElfHeader program;

  GlibcAcceptance(ElfFiles files, ElfHeader program) {
    this.files = files;
    this.program = program;
  }

  /** What the loader does with a file. */
  sealed interface Verdict {}

  record Accepted(ElfFile elf) implements Verdict {}

  /** The loader looks further. */
  record PassedOver(String reason) implements Verdict {}

  /** The loader gives up, and the program with it. */
  record Fatal(String reason) implements Verdict {}

  Verdict judge(Resolution file) throws IOException {
    if (!file.isRegularFile()) {
      return new Fatal("is not a regular file");
    }
    try {
      Optional<ElfFile> elf = files.read(file);
      return elf.isEmpty()
          ? new Fatal(file.size() < 4 ? "is too short to be ELF" : "is not an ELF file")
          : judge(elf.get());
    } catch (AccessDeniedException e) {
      files.refused(file.path());
      return new PassedOver(UNREADABLE);
    } catch (MalformedElfException e) {
      if (e.field().equals("EI_CLASS")) {
        // One that is neither is another than its own to the loader.
        return new PassedOver("wrong ELF class: " + e.complaint());
      }
      Optional<Verdict> early = e.header().flatMap(this::passOver);
      return early.orElseGet(() -> new Fatal(e.complaint()));
    }
  }

  private Verdict judge(ElfFile elf) {
    Optional<Verdict> early = passOver(elf.header());
    if (early.isPresent()) {
      return early.get();
    }
    ElfHeader header = elf.header();
    if (header.identVersion() != EV_CURRENT) {
      return new Fatal("has EI_VERSION " + header.identVersion() + ", and only version 1 exists");
    }
    if (header.version() != EV_CURRENT) {
      return new Fatal(
          "has e_version "
              + Integer.toUnsignedString(header.version())
              + ", and only version 1 exists");
    }
    if (!hasAcceptedAbi(header)) {
      return new Fatal("has EI_OSABI " + header.osAbi() + ", EI_ABIVERSION " + header.abiVersion());
    }
    if (header.type() != ElfHeader.ET_DYN) {
      return new Fatal(
          header.type() == ElfHeader.ET_EXEC
              ? "is an executable at fixed addresses, not a shared object"
              : "is neither a shared object nor an executable");
    }
    if (elf.loadSegments() == 0) {
      return new Fatal("has no loadable segments");
    }
    if (elf.dynamic().isEmpty()) {
      return new Fatal("has no dynamic section");
    }
    // Since glibc 2.30; before, it was loaded and rarely worked.
    if (elf.dynamic().get().isPositionIndependentExecutable()) {
      return new Fatal("is a position-independent executable, not a shared object");
    }
    return new Accepted(elf);
  }

  private Optional<Verdict> passOver(ElfHeader header) {
    if (header.elfClass() != program.elfClass()) {
      return Optional.of(new PassedOver("wrong ELF class, for " + header.machineName()));
    }
    if (header.byteOrder().equals(program.byteOrder())) {
      if (header.machine() != program.machine()) {
        return Optional.of(new PassedOver("for " + header.machineName()));
      }
      boolean isOfOtherAbi =
          ElfMachine.of(program).map(it -> !AbiFlags.match(it, header, program)).orElse(false);
      return isOfOtherAbi
          ? Optional.of(
              new PassedOver(
                  String.format(
                      "for another ABI of %s (e_flags 0x%x)",
                      header.machineName(), header.flags())))
          : Optional.empty();
    }
    // The loader reads e_machine in its own byte order and looks at it before EI_DATA.
    return Short.toUnsignedInt(Short.reverseBytes((short) header.machine())) == program.machine()
        ? Optional.of(new Fatal("has the wrong data encoding"))
        : Optional.of(new PassedOver("for " + header.machineName()));
  }

  private static boolean hasAcceptedAbi(ElfHeader header) {
    // Old ARM toolchains put EABI markers there, and glibc for ARM does not mind.
    return header.machine() == EM_ARM
        || (header.osAbi() == ELFOSABI_SYSV && header.abiVersion() == 0)
        || (header.osAbi() == ELFOSABI_GNU && header.abiVersion() < LIBC_ABI_MAX);
  }
}
