package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * A command as its users see it: all that {@code --help}, or {@code --help-all}, shows.
 *
 * @param name what is typed, such as {@code jrun ps}
 * @param synopsis its lines
 * @param description its paragraphs
 * @param arguments words that are no options, in order
 * @param groups its options
 * @param exitCodes each status and what it means
 * @param examples the lines below the help; those of examples begin with two blanks
 * @param endsAtArgument whether what follows its last argument but one is another program's,
 *     options included
 */
record CommandText(
    String name,
    ImmutableList<String> synopsis,
    ImmutableList<String> description,
    ImmutableList<ArgumentText> arguments,
    ImmutableList<Group> groups,
    ImmutableMap<String, String> exitCodes,
    ImmutableList<String> examples,
    boolean endsAtArgument) {
  /**
   * Options for one purpose.
   *
   * @param title of those that have one
   */
  record Group(String title, ImmutableList<OptionText> options) {}

  ImmutableList<OptionText> options() {
    return groups.stream()
        .flatMap(group -> group.options().stream())
        .collect(ImmutableList.toImmutableList());
  }

  /** The last word of its name: what is typed behind the program's. */
  String word() {
    return name.substring(name.indexOf(' ') + 1);
  }

  /** The page it has: {@code jrun-ps}. */
  String page() {
    return name.replace(' ', '-');
  }

  /** The first clause of its description, with neither capital nor full stop. */
  String summary() {
    String clause = String.join(" ", description).split("[.:;](\\s|$)", 2)[0];
    return Character.toLowerCase(clause.charAt(0)) + clause.substring(1);
  }
}
