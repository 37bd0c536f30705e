package io.jrootfs.runner.seccomp;

import com.google.common.primitives.ImmutableLongArray;
import java.util.Arrays;
import java.util.List;

/**
 * A classic BPF program in the making (linux/bpf_common.h), as far as filters of system calls need
 * it.
 */
final class BpfProgram {
  // Codes of linux/bpf_common.h: LD|W|ABS, JMP|JA|K, JMP|JEQ|K ..., ALU|AND|K, RET|K.
  private static final int LOAD = 0x20;
  private static final int JUMP = 0x05;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_GREATER = 0x25;
  private static final int JUMP_GREATER_OR_EQUAL = 0x35;
  private static final int AND = 0x54;
  private static final int RETURN = 0x06;

  private static final int MAX_SHORT_JUMP = 255;

  // struct seccomp_data of linux/seccomp.h; args are 64-bit, here with the lower half first.
  private static final int OFFSET_NUMBER = 0;
  private static final int OFFSET_ARCH = 4;
  private static final int OFFSET_ARGUMENTS = 16;

  /** Stands for the place behind an alternative until it is known. */
  private static final int TO_NEXT = MAX_SHORT_JUMP;

  /** Stands for the place where an argument's test has succeeded, until it is known. */
  private static final int TO_PASSED = MAX_SHORT_JUMP - 1;

  private long[] code = new long[1024];
  private int size;

  private void emit(int operation, int ifTrue, int ifFalse, int operand) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = instruction(operation, ifTrue, ifFalse, operand);
  }

  private static long instruction(int operation, int ifTrue, int ifFalse, int operand) {
    return operation | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
  }

  void loadArch() {
    emit(LOAD, 0, 0, OFFSET_ARCH);
  }

  void end(Action action) {
    emit(RETURN, 0, 0, action.returnValue());
  }

  /**
   * What is done to calls of one architecture, if the accumulator holds it; others jump over it
   * with the accumulator as it is.
   *
   * @param otherwise for calls whose arguments pass no alternative
   * @param narrow from which number on arguments have 32 bits
   */
  void section(int arch, List<NumberSpace.Run> runs, Action otherwise, long narrow) {
    int over = size + 1;
    emit(JUMP_EQUAL, 1, 0, arch);
    emit(JUMP, 0, 0, 0);
    emit(LOAD, 0, 0, OFFSET_NUMBER);
    search(runs, 0, runs.size(), otherwise, narrow);
    code[over] = instruction(JUMP, 0, 0, size - over - 1);
  }

  /** Binary search in the runs from {@code from} to before {@code to}. */
  private void search(List<NumberSpace.Run> runs, int from, int to, Action otherwise, long narrow) {
    if (to - from == 1) {
      NumberSpace.Run run = runs.get(from);
      verdict(run.verdict(), otherwise, run.start() >= narrow);
      return;
    }
    int middle = (from + to) / 2;
    int branch = size;
    emit(JUMP_GREATER_OR_EQUAL, 0, 0, (int) runs.get(middle).start());
    search(runs, from, middle, otherwise, narrow);
    int distance = size - branch - 1;
    if (distance <= MAX_SHORT_JUMP) {
      code[branch] =
          instruction(JUMP_GREATER_OR_EQUAL, distance, 0, (int) runs.get(middle).start());
    } else {
      insertLongJump(branch, (int) runs.get(middle).start(), distance);
    }
    search(runs, middle, to, otherwise, narrow);
  }

  /** Jumps are relative, so those in the part that moves stay right. */
  private void insertLongJump(int branch, int start, int distance) {
    emit(JUMP, 0, 0, 0);
    System.arraycopy(code, branch + 1, code, branch + 2, distance);
    code[branch] = instruction(JUMP_GREATER_OR_EQUAL, 0, 1, start);
    code[branch + 1] = instruction(JUMP, 0, 0, distance);
  }

  private void verdict(Verdict verdict, Action otherwise, boolean narrow) {
    if (verdict.action() != null) {
      end(verdict.action());
      return;
    }
    for (Verdict.Alternative alternative : verdict.alternatives()) {
      int start = size;
      for (ArgumentTest test : alternative.tests()) {
        int testStart = size;
        test(test, narrow);
        resolve(testStart, TO_PASSED, size);
      }
      end(alternative.action());
      resolve(start, TO_NEXT, size);
    }
    end(otherwise);
  }

  /** Goes on behind itself if the test holds, to the next alternative if not. */
  private void test(ArgumentTest test, boolean narrow) {
    int low = (int) test.value();
    int high = (int) (test.value() >>> 32);
    int lowWord = OFFSET_ARGUMENTS + 8 * test.index();
    int highWord = lowWord + 4;
    switch (test.operator()) {
      case EQ -> {
        emit(LOAD, 0, 0, lowWord);
        emit(JUMP_EQUAL, 0, TO_NEXT, low);
        if (!narrow) {
          emit(LOAD, 0, 0, highWord);
          emit(JUMP_EQUAL, 0, TO_NEXT, high);
        }
      }
      case NE -> {
        if (!narrow) {
          emit(LOAD, 0, 0, highWord);
          emit(JUMP_EQUAL, 0, TO_PASSED, high);
        }
        emit(LOAD, 0, 0, lowWord);
        emit(JUMP_EQUAL, TO_NEXT, 0, low);
      }
      case MASKED_EQ -> {
        emit(LOAD, 0, 0, lowWord);
        emit(AND, 0, 0, low);
        emit(JUMP_EQUAL, 0, TO_NEXT, low & (int) test.valueTwo());
        if (!narrow) {
          emit(LOAD, 0, 0, highWord);
          emit(AND, 0, 0, high);
          emit(JUMP_EQUAL, 0, TO_NEXT, high & (int) (test.valueTwo() >>> 32));
        }
      }
      case GT -> greater(JUMP_GREATER, lowWord, test.value(), narrow, TO_PASSED, TO_NEXT);
      case GE -> greater(JUMP_GREATER_OR_EQUAL, lowWord, test.value(), narrow, TO_PASSED, TO_NEXT);
      case LE -> greater(JUMP_GREATER, lowWord, test.value(), narrow, TO_NEXT, TO_PASSED);
      case LT -> greater(JUMP_GREATER_OR_EQUAL, lowWord, test.value(), narrow, TO_NEXT, TO_PASSED);
    }
  }

  /** The upper halves decide unless they are equal. */
  private void greater(
      int lowComparison, int lowWord, long value, boolean narrow, int ifSo, int ifNot) {
    if (!narrow) {
      emit(LOAD, 0, 0, lowWord + 4);
      emit(JUMP_GREATER, ifSo, 0, (int) (value >>> 32));
      emit(JUMP_EQUAL, 0, ifNot, (int) (value >>> 32));
    }
    emit(LOAD, 0, 0, lowWord);
    emit(lowComparison, ifSo, ifNot, (int) value);
  }

  /** Gives the jumps since {@code from} that stand for a place their distance to it. */
  private void resolve(int from, int symbol, int place) {
    for (int at = from; at < place; at++) {
      int operation = (int) code[at] & 0xffff;
      if (operation == JUMP_EQUAL
          || operation == JUMP_GREATER
          || operation == JUMP_GREATER_OR_EQUAL) {
        code[at] =
            resolved(resolved(code[at], 16, symbol, place - at - 1), 24, symbol, place - at - 1);
      }
    }
  }

  private static long resolved(long instruction, int shift, int symbol, int distance) {
    return ((instruction >> shift) & 0xff) == symbol
        ? (instruction & ~(0xffL << shift)) | ((long) distance << shift)
        : instruction;
  }

  int size() {
    return size;
  }

  ImmutableLongArray instructions() {
    return ImmutableLongArray.copyOf(Arrays.copyOf(code, size));
  }
}
