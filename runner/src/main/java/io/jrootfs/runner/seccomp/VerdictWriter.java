package io.jrootfs.runner.seccomp;

import static io.jrootfs.runner.seccomp.BpfProgram.AND;
import static io.jrootfs.runner.seccomp.BpfProgram.JUMP_EQUAL;
import static io.jrootfs.runner.seccomp.BpfProgram.JUMP_GREATER;
import static io.jrootfs.runner.seccomp.BpfProgram.JUMP_GREATER_OR_EQUAL;
import static io.jrootfs.runner.seccomp.BpfProgram.LOAD;
import static io.jrootfs.runner.seccomp.BpfProgram.OFFSET_ARGUMENTS;
import static io.jrootfs.runner.seccomp.BpfProgram.TO_NEXT;
import static io.jrootfs.runner.seccomp.BpfProgram.TO_PASSED;

import com.google.common.collect.ImmutableList;
import java.util.List;

/** The instructions that tell what is done to a call whose number is found, by its arguments. */
final class VerdictWriter {
  /** Of one argument that are looked for together, so that all jumps are short. */
  private static final int MAX_VALUES = 200;

  private final BpfProgram program;
  private final boolean narrow;

  /**
   * A writer of instructions at the end of a program.
   *
   * @param narrow whether arguments have 32 bits
   */
  VerdictWriter(BpfProgram program, boolean narrow) {
    this.program = program;
    this.narrow = narrow;
  }

  /**
   * Returns or falls through nowhere.
   *
   * @param otherwise for calls whose arguments pass no alternative
   */
  void write(Verdict verdict, Action otherwise) {
    if (verdict.action() != null) {
      program.end(verdict.action());
      return;
    }
    ImmutableList<Verdict.Alternative> alternatives = verdict.alternatives();
    for (int at = 0; at < alternatives.size(); ) {
      Verdict.Alternative alternative = alternatives.get(at);
      int start = program.size();
      int values = valuesFrom(alternatives, at);
      if (values > 1) {
        oneOf(alternatives.subList(at, at + values));
        at += values;
        continue;
      }
      at++;
      for (ArgumentTest test : alternative.tests()) {
        int testStart = program.size();
        test(test);
        program.resolve(testStart, TO_PASSED, program.size());
      }
      program.end(alternative.action());
      program.resolve(start, TO_NEXT, program.size());
    }
    program.end(otherwise);
  }

  /** How many alternatives only ask for one more value of the same argument. */
  private static int valuesFrom(ImmutableList<Verdict.Alternative> alternatives, int from) {
    Verdict.Alternative first = alternatives.get(from);
    int to = from;
    while (to < alternatives.size()
        && to - from < MAX_VALUES
        && alternatives.get(to).tests().size() == 1
        && isSameQuestion(first, alternatives.get(to))) {
      to++;
    }
    return to - from;
  }

  private static boolean isSameQuestion(Verdict.Alternative one, Verdict.Alternative other) {
    ArgumentTest test = one.tests().get(0);
    ArgumentTest otherTest = other.tests().get(0);
    return test.operator() == ArgumentTest.Operator.EQ
        && otherTest.operator() == ArgumentTest.Operator.EQ
        && test.index() == otherTest.index()
        && test.value() >>> 32 == otherTest.value() >>> 32
        && one.action().returnValue() == other.action().returnValue();
  }

  /** Loads the argument once for all values, and returns once. */
  private void oneOf(List<Verdict.Alternative> alternatives) {
    ArgumentTest first = alternatives.get(0).tests().get(0);
    int word = OFFSET_ARGUMENTS + 8 * first.index();
    int count = alternatives.size();
    if (!narrow) {
      program.emit(LOAD, 0, 0, word + 4);
      program.emit(JUMP_EQUAL, 0, count + 2, (int) (first.value() >>> 32));
    }
    program.emit(LOAD, 0, 0, word);
    for (int i = 0; i < count; i++) {
      int value = (int) alternatives.get(i).tests().get(0).value();
      program.emit(JUMP_EQUAL, count - 1 - i, i == count - 1 ? 1 : 0, value);
    }
    program.end(alternatives.get(0).action());
  }

  /** Goes on behind itself if the test holds, to the next alternative if not. */
  private void test(ArgumentTest test) {
    int low = (int) test.value();
    int high = (int) (test.value() >>> 32);
    int lowWord = OFFSET_ARGUMENTS + 8 * test.index();
    int highWord = lowWord + 4;
    switch (test.operator()) {
      case EQ -> {
        program.emit(LOAD, 0, 0, lowWord);
        program.emit(JUMP_EQUAL, 0, TO_NEXT, low);
        if (!narrow) {
          program.emit(LOAD, 0, 0, highWord);
          program.emit(JUMP_EQUAL, 0, TO_NEXT, high);
        }
      }
      case NE -> {
        if (!narrow) {
          program.emit(LOAD, 0, 0, highWord);
          program.emit(JUMP_EQUAL, 0, TO_PASSED, high);
        }
        program.emit(LOAD, 0, 0, lowWord);
        program.emit(JUMP_EQUAL, TO_NEXT, 0, low);
      }
      case MASKED_EQ -> {
        program.emit(LOAD, 0, 0, lowWord);
        program.emit(AND, 0, 0, low);
        program.emit(JUMP_EQUAL, 0, TO_NEXT, low & (int) test.valueTwo());
        if (!narrow) {
          program.emit(LOAD, 0, 0, highWord);
          program.emit(AND, 0, 0, high);
          program.emit(JUMP_EQUAL, 0, TO_NEXT, high & (int) (test.valueTwo() >>> 32));
        }
      }
      case GT -> greater(JUMP_GREATER, lowWord, test.value(), TO_PASSED, TO_NEXT);
      case GE -> greater(JUMP_GREATER_OR_EQUAL, lowWord, test.value(), TO_PASSED, TO_NEXT);
      case LE -> greater(JUMP_GREATER, lowWord, test.value(), TO_NEXT, TO_PASSED);
      case LT -> greater(JUMP_GREATER_OR_EQUAL, lowWord, test.value(), TO_NEXT, TO_PASSED);
    }
  }

  /** The upper halves decide unless they are equal. */
  private void greater(int lowComparison, int lowWord, long value, int ifSo, int ifNot) {
    if (!narrow) {
      program.emit(LOAD, 0, 0, lowWord + 4);
      program.emit(JUMP_GREATER, ifSo, 0, (int) (value >>> 32));
      program.emit(JUMP_EQUAL, 0, ifNot, (int) (value >>> 32));
    }
    program.emit(LOAD, 0, 0, lowWord);
    program.emit(lowComparison, ifSo, ifNot, (int) value);
  }
}
