package io.jrootfs.manual;

import com.google.common.collect.ImmutableList;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A program with its commands.
 *
 * @param whole what it is without the name of a command
 * @param commands the others
 * @param companion the program that goes with it
 * @param version of the program
 * @param date of the version, as in 2026-01-01
 */
record Program(
    CommandText whole,
    ImmutableList<CommandText> commands,
    String companion,
    String version,
    String date) {
  /**
   * @param specs the program itself first
   */
  static Program read(
      ImmutableList<CommandSpec> specs, String companion, String version, String date) {
    ImmutableList<CommandText> texts =
        specs.stream()
            .map(spec -> new CommandReader(spec).read())
            .collect(ImmutableList.toImmutableList());
    return new Program(texts.get(0), texts.subList(1, texts.size()), companion, version, date);
  }

  String name() {
    return whole.name();
  }

  ImmutableList<CommandText> all() {
    return ImmutableList.<CommandText>builder().add(whole).addAll(commands).build();
  }
}
