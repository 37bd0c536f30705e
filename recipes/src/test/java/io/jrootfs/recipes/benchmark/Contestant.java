package io.jrootfs.recipes.benchmark;

/**
 * A command that takes part in a contest.
 *
 * @param name as the report calls it; of ours it begins with {@code jbuild} or {@code jrun}
 * @param command words, split at blanks, without a shell
 * @param prepare a shell script before each run, whose time does not count; may be empty
 * @param isSlow whether it takes many times longer than the others: it runs once
 * @param mayRefuse whether it runs on some machines only; the report says so of the others
 */
record Contestant(String name, String command, String prepare, boolean isSlow, boolean mayRefuse) {
  static Contestant of(String name, String command) {
    return new Contestant(name, command, "", false, false);
  }

  /** A pipeline; its shell counts, as it does for whoever types it. */
  static Contestant script(String name, String script, String prepare) {
    return new Contestant(name, "sh -c '" + script + "'", prepare, false, false);
  }

  Contestant preparedBy(String script) {
    return new Contestant(name, command, script, isSlow, mayRefuse);
  }

  Contestant slow() {
    return new Contestant(name, command, prepare, true, mayRefuse);
  }

  Contestant unlessItRefuses() {
    return new Contestant(name, command, prepare, isSlow, true);
  }
}
