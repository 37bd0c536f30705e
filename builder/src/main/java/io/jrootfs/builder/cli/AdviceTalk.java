package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.Advice;
import io.jrootfs.builder.closure.Closure;

/** Says what a closure does not hold; a line each, on standard error. */
final class AdviceTalk {
  /** Half of all programs ask for these and do as well without: C locale, UTC. */
  private static final ImmutableSet<String> MINOR = ImmutableSet.of("locale", "tzdata");

  private AdviceTalk() {}

  /**
   * @param heeded the topics of what was done already
   */
  static void say(Closure closure, ImmutableSet<String> heeded, TalkOptions talk, Console console) {
    if (!talk.isQuiet()) {
      for (Advice advice : closure.advice()) {
        boolean isMinor = MINOR.contains(advice.topic()) && !talk.isVerbose();
        if (!isMinor && !heeded.contains(advice.topic())) {
          console.err().println("note: " + advice.sentence());
        }
      }
    }
  }
}
