package io.jrootfs.builder.elf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program headers that matter to loading, as they are met. */
final class Segments {
  /** The kernel's bounds for PT_INTERP: a character and a NUL up to PATH_MAX (fs/binfmt_elf.c). */
  private static final int MIN_INTERPRETER = 2;

  private static final int MAX_INTERPRETER = 4096;

  private final ElfInput input;
  private final List<ProgramHeader> loads = new ArrayList<>();
  private final List<ProgramHeader> notes = new ArrayList<>();
  private Optional<String> interpreter = Optional.empty();
  private Optional<ProgramHeader> dynamic = Optional.empty();

  Segments(ElfInput input) {
    this.input = input;
  }

  void add(int index, long at, ProgramHeader header) throws IOException, MalformedElfException {
    switch (header.type()) {
      case ProgramHeader.PT_LOAD -> loads.add(header);
      case ProgramHeader.PT_NOTE -> notes.add(header);
      case ProgramHeader.PT_DYNAMIC -> dynamic = Optional.of(header);
      case ProgramHeader.PT_INTERP -> {
        // The kernel uses the first one (fs/binfmt_elf.c).
        if (interpreter.isEmpty() && header.fileSize() != 0) {
          interpreter = Optional.of(interpreter(index, at, header));
        }
      }
      default -> {
        // Everything else does not decide what is loaded.
      }
    }
  }

  private String interpreter(int index, long at, ProgramHeader header)
      throws IOException, MalformedElfException {
    long size = header.fileSize();
    if (size < MIN_INTERPRETER || size > MAX_INTERPRETER) {
      throw input.malformed(
          "program header " + index,
          at,
          "gives PT_INTERP a size of " + Long.toUnsignedString(size) + " bytes, outside 2 to 4096");
    }
    return input.name("PT_INTERP", header.offset(), size);
  }

  List<ProgramHeader> loads() {
    return loads;
  }

  List<ProgramHeader> notes() {
    return notes;
  }

  Optional<String> interpreter() {
    return interpreter;
  }

  Optional<ProgramHeader> dynamic() {
    return dynamic;
  }
}
