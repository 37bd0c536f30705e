package io.jrootfs.builder.cli;

import io.jrootfs.builder.closure.Advice;
import io.jrootfs.builder.closure.Closure;

/** Says what a closure does not hold; a line each, on standard error. */
final class AdviceTalk {
  private AdviceTalk() {}

  static void say(Closure closure, TalkOptions talk, Console console) {
    if (!talk.isQuiet()) {
      for (Advice advice : closure.advice()) {
        console.err().println("note: " + advice.sentence());
      }
    }
  }
}
