package io.jrootfs.runner.mount;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The words for a mount's attributes, such as {@code ro} and {@code exec}, as they come in. */
final class AttributeWords {
  /** All of them, in the order in which they are told: each before its opposite. */
  static final ImmutableList<String> WORDS =
      Arrays.stream(MountFlag.values())
          .flatMap(flag -> Stream.of(flag.option(), flag.opposite()))
          .collect(ImmutableList.toImmutableList());

  private final Set<String> words = new HashSet<>();

  static boolean isOne(String word) {
    return WORDS.contains(word);
  }

  /** The word that says the contrary. */
  static String opposite(String word) {
    int index = WORDS.indexOf(word);
    return WORDS.get(index % 2 == 0 ? index + 1 : index - 1);
  }

  /**
   * Adds a word that {@link #isOne}.
   *
   * @return what is wrong with it after those before, or empty
   */
  String add(String word) {
    if (!words.add(word)) {
      return "'" + word + "' is given twice";
    }
    String opposite = opposite(word);
    return words.contains(opposite)
        ? "'" + opposite + "' and '" + word + "' contradict each other"
        : "";
  }

  private ImmutableSet<MountFlag> among(Function<MountFlag, String> meaning) {
    return Arrays.stream(MountFlag.values())
        .filter(flag -> words.contains(meaning.apply(flag)))
        .collect(Sets.toImmutableEnumSet());
  }

  ImmutableSet<MountFlag> set() {
    return among(MountFlag::option);
  }

  /** {@code rw} is not among them: a source that is read-only on the host stays so. */
  ImmutableSet<MountFlag> cleared() {
    return Sets.immutableEnumSet(
        Sets.difference(among(MountFlag::opposite), ImmutableSet.of(MountFlag.READ_ONLY)));
  }

  /** Attributes that a mount has by default, as the words change them. */
  ImmutableSet<MountFlag> changing(Set<MountFlag> defaults) {
    return Sets.immutableEnumSet(
        Sets.difference(Sets.union(defaults, set()), among(MountFlag::opposite)));
  }
}
