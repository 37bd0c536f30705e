package io.jrootfs.runner.seccomp;

import com.google.common.primitives.ImmutableLongArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs filters as the kernel does (kernel/seccomp.c, seccomp_check_filter has what may occur). */
final class Bpf {
  private final ImmutableLongArray program;

  Bpf(ImmutableLongArray program) {
    this.program = program;
  }

  /** The filter in the form of {@code struct sock_fprog}. */
  static Bpf of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ImmutableLongArray.Builder program = ImmutableLongArray.builder();
    while (buffer.hasRemaining()) {
      program.add(buffer.getLong());
    }
    return new Bpf(program.build());
  }

  int size() {
    return program.length();
  }

  /** What it returns for a call. */
  int run(Abi abi, int number, long... arguments) {
    return run(abi.auditArch(), number, arguments);
  }

  int run(int arch, int number, long... arguments) {
    ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(number).putInt(arch).putLong(0xdead_beefL);
    for (long argument : arguments) {
      data.putLong(argument);
    }
    int accumulator = 0;
    int at = 0;
    while (true) {
      long instruction = program.get(at++);
      int operation = (int) instruction & 0xffff;
      int ifTrue = (int) (instruction >> 16) & 0xff;
      int ifFalse = (int) (instruction >> 24) & 0xff;
      int operand = (int) (instruction >> 32);
      switch (operation) {
        case 0x20 -> accumulator = data.getInt(aligned(operand));
        case 0x05 -> at += operand;
        case 0x15 -> at += accumulator == operand ? ifTrue : ifFalse;
        case 0x25 -> at += Integer.compareUnsigned(accumulator, operand) > 0 ? ifTrue : ifFalse;
        case 0x35 -> at += Integer.compareUnsigned(accumulator, operand) >= 0 ? ifTrue : ifFalse;
        case 0x45 -> at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
        case 0x54 -> accumulator &= operand;
        case 0x06 -> {
          return operand;
        }
        default -> throw new AssertionError("instruction " + Long.toHexString(instruction));
      }
    }
  }

  private static int aligned(int offset) {
    if (offset % 4 != 0) {
      throw new AssertionError("unaligned load at " + offset);
    }
    return offset;
  }
}
