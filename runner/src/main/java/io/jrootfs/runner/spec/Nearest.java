package io.jrootfs.runner.spec;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant by a name that does not exist. */
final class Nearest {
  private Nearest() {}

  /** Half a sentence about the nearest of some names, or about all of them if none is near. */
  static String of(String word, List<String> names) {
    String upper = word.toUpperCase(Locale.ROOT);
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(upper, name.toUpperCase(Locale.ROOT))))
        .filter(name -> distance(upper, name.toUpperCase(Locale.ROOT)) <= 1 + name.length() / 4)
        .map(name -> "did you mean '" + name + "'?")
        .orElseGet(() -> "there are " + String.join(", ", names));
  }

  /** Levenshtein's: insertions, deletions and replacements of single characters. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
