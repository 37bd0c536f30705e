package io.jrootfs.runner.seccomp;

/**
 * A comparison of one argument of a system call, unsigned.
 *
 * @param index which argument, 0 to 5
 * @param operator how
 * @param value with what; the mask of MASKED_EQ
 * @param valueTwo what MASKED_EQ wants to see through the mask; otherwise unused
 */
public record ArgumentTest(int index, Operator operator, long value, long valueTwo) {
  /** Spelled as in profiles. */
  public enum Operator {
    NE,
    LT,
    LE,
    EQ,
    GE,
    GT,
    MASKED_EQ
  }

  /** Linux passes at most six arguments. */
  static final int MAX_INDEX = 5;

  public ArgumentTest {
    if (index < 0 || index > MAX_INDEX) {
      throw new IllegalArgumentException("no argument " + index);
    }
  }
}
