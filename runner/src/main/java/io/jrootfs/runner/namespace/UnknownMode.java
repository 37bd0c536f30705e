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
    ImmutableList<String> known =
        ImmutableList.<String>builder().addAll(words).add("ns:PATH").build();
    return new NamespaceSyntaxException(option, text, new KnownWords(known).hint(text));
  }
}
