package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * What a filter says to one system call: an action by itself, or by its arguments.
 *
 * <p>As libseccomp has it: a rule without conditions beats all with, and the first of two that
 * contradict each other stands.
 */
final class Verdict {
  /**
   * An action for a call whose arguments pass.
   *
   * @param tests all of which must hold
   */
  record Alternative(ImmutableList<ArgumentTest> tests, Action action) {}

  private final @Nullable Action always;
  private final ImmutableList<Alternative> alternatives;

  private Verdict(@Nullable Action always, ImmutableList<Alternative> alternatives) {
    this.always = always;
    this.alternatives = alternatives;
  }

  static Verdict always(Action action) {
    return new Verdict(action, ImmutableList.of());
  }

  static Verdict when(ImmutableList<ArgumentTest> tests, Action action) {
    return tests.isEmpty()
        ? always(action)
        : new Verdict(null, ImmutableList.of(new Alternative(tests, action)));
  }

  /** This, and what a later rule says. */
  Verdict and(Verdict later) {
    if (always != null) {
      return this;
    }
    if (later.always != null) {
      return later;
    }
    return new Verdict(
        null,
        ImmutableList.<Alternative>builder()
            .addAll(alternatives)
            .addAll(later.alternatives)
            .build());
  }

  /** The action whatever the arguments; if null, look at the alternatives. */
  @Nullable Action action() {
    return always;
  }

  /** In this order, the first that holds. */
  ImmutableList<Alternative> alternatives() {
    return alternatives;
  }

  /** Whether two neighbours can share the instructions. */
  boolean isSame(Verdict other) {
    return this == other
        || (always != null
            && other.always != null
            && always.returnValue() == other.always.returnValue());
  }
}
