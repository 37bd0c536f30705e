package io.jrootfs.builder.closure;

import io.jrootfs.builder.closure.UnusableProgramException.Fault;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.sysroot.Resolution;
import java.util.Optional;

/** Holds all programs of one closure to machines that one kernel runs. */
final class OneMachine {
  private final Optional<ElfMachine> wanted;
  private Optional<First> first = Optional.empty();

  /**
   * Nothing seen yet.
   *
   * @param wanted what the asker says it must be
   */
  OneMachine(Optional<ElfMachine> wanted) {
    this.wanted = wanted;
  }

  private record First(Resolution file, ElfHeader header) {}

  /**
   * The machine that was asked for, else that of the first program; empty if there is none yet, or
   * it is none of the known.
   */
  Optional<ElfMachine> machine() {
    return wanted.or(() -> first.map(First::header).flatMap(ElfMachine::of));
  }

  void require(Resolution file, ElfHeader header) throws UnusableProgramException {
    Optional<ElfMachine> its = ElfMachine.of(header);
    if (wanted.isPresent() && !its.map(wanted.get()::runsBeside).orElse(false)) {
      throw new UnusableProgramException(
          file.path(),
          Fault.WRONG_MACHINE,
          "is for "
              + header.machineName()
              + ", but the image is to be for "
              + wanted.get().displayName(),
          null);
    }
    if (first.isEmpty()) {
      first = Optional.of(new First(file, header));
      return;
    }
    First reference = first.get();
    if (!runsBeside(reference.header(), header)) {
      throw new UnusableProgramException(
          file.path(),
          Fault.WRONG_MACHINE,
          "is for "
              + header.machineName()
              + ", but "
              + reference.file().path()
              + " is for "
              + reference.header().machineName()
              + "; one image serves one machine",
          null);
    }
  }

  private static boolean runsBeside(ElfHeader one, ElfHeader other) {
    Optional<ElfMachine> known = ElfMachine.of(one);
    Optional<ElfMachine> otherKnown = ElfMachine.of(other);
    return (known.isPresent() && otherKnown.isPresent())
        ? known.get().runsBeside(otherKnown.get())
        : one.isForSameMachineAs(other);
  }
}
