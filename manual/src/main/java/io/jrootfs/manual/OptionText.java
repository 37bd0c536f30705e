package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * An option as its users see it.
 *
 * @param names short ones first, with their dashes
 * @param value what it takes, if it takes something
 * @param optional whether the value may be left out; it is then only read behind an equals sign
 * @param repeatable whether it may be given again
 * @param description what the help says, in lines that belong together
 */
record OptionText(
    ImmutableList<String> names,
    Optional<Value> value,
    boolean optional,
    boolean repeatable,
    String description) {
  /** Whether the next word on the command line is its value. */
  boolean takesNextWord() {
    return value.isPresent() && !optional;
  }
}
