package io.jrootfs.runner.seccomp;

import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A classic BPF program in the making (linux/bpf_common.h), as far as filters of system calls need
 * it.
 */
final class BpfProgram {
  // Codes of linux/bpf_common.h: LD|W|ABS, JMP|JA|K, JMP|JEQ|K ..., ALU|AND|K, RET|K.
  static final int LOAD = 0x20;
  private static final int JUMP = 0x05;
  static final int JUMP_EQUAL = 0x15;
  static final int JUMP_GREATER = 0x25;
  static final int JUMP_GREATER_OR_EQUAL = 0x35;
  static final int AND = 0x54;
  private static final int RETURN = 0x06;

  private static final int MAX_SHORT_JUMP = 255;

  // struct seccomp_data of linux/seccomp.h; args are 64-bit, here with the lower half first.
  private static final int OFFSET_NUMBER = 0;
  private static final int OFFSET_ARCH = 4;
  static final int OFFSET_ARGUMENTS = 16;

  /** Stands for the place behind an alternative until it is known. */
  static final int TO_NEXT = MAX_SHORT_JUMP;

  /** Stands for the place where an argument's test has succeeded, until it is known. */
  static final int TO_PASSED = MAX_SHORT_JUMP - 1;

  private static final int IF_TRUE = 16;
  private static final int IF_FALSE = 24;

  /**
   * A jump to a return that is not written yet.
   *
   * @param at the instruction
   * @param way {@link #IF_TRUE} or {@link #IF_FALSE}
   */
  private record Exit(int at, int way, int returnValue) {}

  private long[] code = new long[1024];
  private int size;
  private final List<Exit> exits = new ArrayList<>();

  void emit(int operation, int ifTrue, int ifFalse, int operand) {
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
    BpfProgram near = new BpfProgram();
    near.searchNear(runs, from, to, otherwise, narrow);
    near.writeExits();
    if (near.size <= MAX_SHORT_JUMP) {
      append(near);
      return;
    }
    if (to - from == 1) {
      verdict(runs.get(from), otherwise, narrow);
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

  /**
   * The same where every jump is short: comparisons lead straight to returns, which all of them
   * share. The kernel translates a filter at each start of a container, in a time that grows with
   * its length.
   */
  private void searchNear(
      List<NumberSpace.Run> runs, int from, int to, Action otherwise, long narrow) {
    if (to - from == 1) {
      verdict(runs.get(from), otherwise, narrow);
      return;
    }
    int middle = (from + to) / 2;
    int branch = size;
    emit(JUMP_GREATER_OR_EQUAL, 0, 0, (int) runs.get(middle).start());
    if (!leave(branch, IF_FALSE, runs, from, middle)) {
      searchNear(runs, from, middle, otherwise, narrow);
    }
    // Of a program that is too long for short jumps nothing is used.
    int distance = Math.min(size - branch - 1, MAX_SHORT_JUMP);
    if (!leave(branch, IF_TRUE, runs, middle, to)) {
      code[branch] |= (long) distance << IF_TRUE;
      searchNear(runs, middle, to, otherwise, narrow);
    }
  }

  /** Whether one return is all that the runs need; the branch then leads there. */
  private boolean leave(int branch, int way, List<NumberSpace.Run> runs, int from, int to) {
    @Nullable Action action = to - from == 1 ? runs.get(from).verdict().action() : null;
    if (action != null) {
      exits.add(new Exit(branch, way, action.returnValue()));
    }
    return action != null;
  }

  private void writeExits() {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    for (Exit exit : exits) {
      Integer known = places.putIfAbsent(exit.returnValue(), size);
      int place = known == null ? size : known;
      if (known == null) {
        emit(RETURN, 0, 0, exit.returnValue());
      }
      code[exit.at()] |= (long) Math.min(place - exit.at() - 1, MAX_SHORT_JUMP) << exit.way();
    }
  }

  private void append(BpfProgram part) {
    for (int i = 0; i < part.size; i++) {
      long next = part.code[i];
      emit(
          (int) next & 0xffff,
          (int) (next >> IF_TRUE) & 0xff,
          (int) (next >> IF_FALSE) & 0xff,
          (int) (next >>> 32));
    }
  }

  /** Jumps are relative, so those in the part that moves stay right. */
  private void insertLongJump(int branch, int start, int distance) {
    emit(JUMP, 0, 0, 0);
    System.arraycopy(code, branch + 1, code, branch + 2, distance);
    code[branch] = instruction(JUMP_GREATER_OR_EQUAL, 0, 1, start);
    code[branch + 1] = instruction(JUMP, 0, 0, distance);
  }

  private void verdict(NumberSpace.Run run, Action otherwise, long narrow) {
    new VerdictWriter(this, run.start() >= narrow).write(run.verdict(), otherwise);
  }

  /** Gives the jumps since {@code from} that stand for a place their distance to it. */
  void resolve(int from, int symbol, int place) {
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
