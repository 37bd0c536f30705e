package io.jrootfs.builder.elf;

import java.util.Optional;

/**
 * What matters about an ELF file to those who load it. Read by {@link ElfReader}.
 *
 * @param header the ELF header
 * @param loadSegments how many PT_LOAD program headers there are; 0 means nothing can be loaded
 * @param interpreter PT_INTERP
 * @param dynamic the dynamic section; empty without PT_DYNAMIC, and in a separate debug file, whose
 *     PT_DYNAMIC occupies no bytes
 * @param notes what its notes say
 */
public record ElfFile(
    ElfHeader header,
    int loadSegments,
    Optional<String> interpreter,
    Optional<ElfDynamic> dynamic,
    ElfNotes notes) {

  /** Whether the kernel starts the file and some dynamic loader completes it. */
  public boolean isDynamicProgram() {
    return interpreter.isPresent() && isLoadable();
  }

  /**
   * Whether the kernel starts the file alone: fixed addresses or a static position-independent
   * executable.
   */
  public boolean isStaticProgram() {
    return interpreter.isEmpty()
        && isLoadable()
        && (header.type() == ElfHeader.ET_EXEC
            || dynamic.map(ElfDynamic::isPositionIndependentExecutable).orElse(false));
  }

  /** Whether the file is a library, or a program interpreter, and no program of its own. */
  public boolean isSharedObject() {
    return header.type() == ElfHeader.ET_DYN
        && interpreter.isEmpty()
        && loadSegments > 0
        && dynamic.isPresent()
        && !isStaticProgram();
  }

  private boolean isLoadable() {
    return loadSegments > 0
        && (header.type() == ElfHeader.ET_EXEC || header.type() == ElfHeader.ET_DYN);
  }
}
