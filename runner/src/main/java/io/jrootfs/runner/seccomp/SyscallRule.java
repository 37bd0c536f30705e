package io.jrootfs.runner.seccomp;

import com.google.common.collect.ImmutableList;

/**
 * What happens to some system calls.
 *
 * @param names the calls
 * @param action what happens to them
 * @param arguments what must hold of their arguments, all of it; but where one argument is tested
 *     twice any of it, as runc has it (its issue 2735)
 * @param includes when the rule counts
 * @param excludes when it does not
 */
public record SyscallRule(
    ImmutableList<String> names,
    Action action,
    ImmutableList<ArgumentTest> arguments,
    RuleCondition includes,
    RuleCondition excludes) {
  /** The tests as alternatives, each with tests that must all hold; one empty one if none are. */
  ImmutableList<ImmutableList<ArgumentTest>> alternatives() {
    if (!testsAnArgumentTwice()) {
      return ImmutableList.of(arguments);
    }
    ImmutableList.Builder<ImmutableList<ArgumentTest>> single = ImmutableList.builder();
    for (ArgumentTest test : arguments) {
      single.add(ImmutableList.of(test));
    }
    return single.build();
  }

  private boolean testsAnArgumentTwice() {
    int seen = 0;
    for (ArgumentTest test : arguments) {
      int bit = 1 << test.index();
      if ((seen & bit) != 0) {
        return true;
      }
      seen |= bit;
    }
    return false;
  }
}
