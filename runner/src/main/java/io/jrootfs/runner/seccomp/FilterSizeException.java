package io.jrootfs.runner.seccomp;

/** A profile becomes a filter that the kernel would refuse for its size. */
public final class FilterSizeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int instructions;

  FilterSizeException(int instructions) {
    super(
        "it becomes a filter of %d instructions; the kernel takes %d"
            .formatted(instructions, SeccompFilter.MAX_INSTRUCTIONS));
    this.instructions = instructions;
  }

  /** How many the filter would have. */
  public int instructions() {
    return instructions;
  }
}
