package io.jrootfs.runner.namespace;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.argument.KnownWords;

/** What is said of a mode that there is not. */
final class UnknownMode {
  private UnknownMode() {}

  static NamespaceSyntaxException of(
      String option, String text, ImmutableList<String> words, Namespace kind) {
    String file = "ns:/proc/PID/ns/" + kind.procName();
    if (text.startsWith("container:")) {
      return new NamespaceSyntaxException(
          option,
          text,
          "a container cannot be named here; give the file of a process in it, such as " + file);
    }
    ImmutableList.Builder<String> known = ImmutableList.builder();
    known.addAll(words);
    if (kind != Namespace.USER) {
      known.add("container:NAME");
    }
    return new NamespaceSyntaxException(
        option, text, new KnownWords(known.add("ns:PATH").build()).problem(text));
  }
}
