package io.jrootfs.builder.option;

import com.google.common.collect.ImmutableList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Range;

/**
 * Which options a command line names, found by comparing words. It may find more than a parser
 * would, never less: wherever a word could be read in two ways, it says that it does not know.
 */
final class NamedOptions {
  private final Map<String, OptionSpec.Builder> known = new HashMap<>();
  private final Set<OptionSpec.Builder> named = new HashSet<>();

  /** Whether the next word is the value of an option, or may be. */
  private Value expected = Value.NONE;

  private enum Value {
    NONE,
    MAYBE,
    ONE,
    /** More than one, which no option of ours has. */
    SEVERAL
  }

  NamedOptions(List<OptionSpec.Builder> options) {
    for (OptionSpec.Builder option : options) {
      for (String name : option.names()) {
        known.put(name, option);
      }
    }
  }

  /**
   * The options, in no order; to be asked once.
   *
   * @param endsAtWord as of {@link Declaration#named}
   * @return nothing if it is uncertain
   */
  Optional<Set<OptionSpec.Builder>> in(ImmutableList<String> words, boolean endsAtWord) {
    for (String word : words) {
      // It may be the name of a file that has more words.
      if (word.startsWith("@")) {
        return Optional.empty();
      }
    }
    for (String word : words) {
      if (!word.startsWith("-")) {
        if (expected == Value.NONE && endsAtWord) {
          break;
        }
        expected = Value.NONE;
      } else if (expected == Value.ONE) {
        return Optional.empty();
      } else if (word.equals("--")) {
        break;
      } else if (!take(word) || expected == Value.SEVERAL) {
        return Optional.empty();
      }
    }
    return Optional.of(named);
  }

  /** Whether it is certain what a word with a dash names. */
  private boolean take(String word) {
    OptionSpec.@Nullable Builder option = known.get(word);
    if (option != null) {
      named.add(option);
      expected = value(option);
      return true;
    }
    int equals = word.indexOf('=');
    option = equals < 0 ? null : known.get(word.substring(0, equals));
    if (option != null) {
      named.add(option);
      expected = Value.NONE;
      return isPlain(word.substring(equals + 1));
    }
    return !word.startsWith("--") && takeCluster(word);
  }

  /** As {@code -it} for {@code -i -t}, or {@code -itu0} with the value of the last one. */
  private boolean takeCluster(String word) {
    expected = Value.NONE;
    for (int i = 1; i < word.length(); i++) {
      OptionSpec.@Nullable Builder option = known.get("-" + word.charAt(i));
      if (option == null) {
        return false;
      }
      named.add(option);
      expected = value(option);
      if (expected != Value.NONE && i + 1 < word.length()) {
        boolean isCertain = expected == Value.ONE && isPlain(word.substring(i + 1));
        expected = Value.NONE;
        return isCertain;
      }
    }
    return word.length() > 1;
  }

  /** Whether a value that is part of a word cannot be the name of an option, which is an error. */
  private static boolean isPlain(String value) {
    return !value.startsWith("-") && !value.startsWith("=-");
  }

  private static Value value(OptionSpec.Builder option) {
    @Nullable Range arity = option.arity();
    if (arity == null) {
      return option.type() == boolean.class ? Value.NONE : Value.ONE;
    }
    if (arity.max() > 1) {
      return Value.SEVERAL;
    }
    return arity.max() == 0 ? Value.NONE : arity.min() == 0 ? Value.MAYBE : Value.ONE;
  }
}
