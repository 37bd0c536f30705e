package io.jrootfs.runner.namespace;

import com.google.common.collect.ImmutableList;
import java.util.Comparator;

/** What is said of a mode that there is not. */
final class UnknownMode {
  /** More typing errors than that, and it was another word. */
  private static final int NEAR = 2;

  private UnknownMode() {}

  static NamespaceSyntaxException of(
      String option, String text, ImmutableList<String> words, Namespace kind) {
    String file = "ns:/proc/PID/ns/" + kind.procName();
    if (text.startsWith("container:")) {
      return new NamespaceSyntaxException(
          option,
          text,
          "containers have no names to be joined by; give the file of a process in it, such as "
              + file);
    }
    return new NamespaceSyntaxException(
        option,
        text,
        "there are "
            + String.join(", ", words)
            + " and ns:PATH"
            + words.stream()
                .min(Comparator.comparingInt(word -> distance(word, text)))
                .filter(word -> distance(word, text) <= NEAR)
                .map(word -> "; did you mean '" + word + "'?")
                .orElse(""));
  }

  /** Letters to add, drop or change (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
