package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.help;

import io.jrootfs.builder.option.Options;
import picocli.CommandLine.Model.CommandSpec;

/** What a command says of itself, and how much of its work. */
final class TalkOptions {
  private static final EnumConverter<ProgressStyle> STYLES =
      new EnumConverter<>(ProgressStyle.values());

  private final boolean quiet;
  private final boolean verbose;
  private final ProgressStyle progress;

  TalkOptions(Options given) {
    this.quiet = given.isOn("--quiet");
    this.verbose = given.isOn("--verbose");
    this.progress = given.value("--progress", ProgressStyle.class).orElse(ProgressStyle.AUTO);
  }

  static void declare(CommandSpec command) {
    command.addArgGroup(
        group(
            "%nTalk:%n",
            flag("Say nothing but errors.", "-q", "--quiet"),
            flag("Explain more; with an error also where it arose.", "-v", "--verbose"),
            STYLES.takenBy(
                Options.of(
                    ProgressStyle.class,
                    "STYLE",
                    "auto, plain, json or none: how long work is shown. auto: a bar on a terminal,"
                        + " else plain lines. Default: auto.",
                    "--progress")),
            help("-h", "--help")));
  }

  ProgressStyle progress() {
    return quiet ? ProgressStyle.NONE : progress;
  }

  boolean isQuiet() {
    return quiet;
  }

  boolean isVerbose() {
    return verbose;
  }
}
