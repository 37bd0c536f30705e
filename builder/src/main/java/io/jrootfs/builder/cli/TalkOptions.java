package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.help;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.option.Declaration;
import io.jrootfs.builder.option.Options;

/** What a command says of itself, and how much of its work. */
final class TalkOptions {
  private static final EnumConverter<ProgressStyle> STYLES =
      new EnumConverter<>(ProgressStyle.values());

  private final String command;
  private final boolean quiet;
  private final boolean verbose;
  private final ProgressStyle progress;

  TalkOptions(Options given) {
    this.command = given.command();
    this.quiet = given.isOn("--quiet");
    this.verbose = given.isOn("--verbose");
    this.progress = given.value("--progress", ProgressStyle.class).orElse(ProgressStyle.AUTO);
  }

  static void declare(Declaration command) {
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

  /** The same options as words of a command line. */
  ImmutableList<String> words() {
    ImmutableList.Builder<String> words = ImmutableList.builder();
    words.add("--progress=" + STYLES.word(progress));
    if (quiet) {
      words.add("--quiet");
    }
    if (verbose) {
      words.add("--verbose");
    }
    return words.build();
  }

  /**
   * Says something about what is done, in the name of the command, unless nothing is to be said.
   */
  void warn(String sentence, Console console) {
    if (!quiet) {
      console.err().println(command + ": " + sentence);
    }
  }

  /** The command that messages name, such as {@code jbuild rootfs}. */
  String command() {
    return command;
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
