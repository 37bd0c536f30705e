package io.jrootfs.builder.cli;

import picocli.CommandLine.Option;

/** What a command says of itself, and how much of its work. */
final class TalkOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Explain more; with an error also where it arose.")
  private boolean verbose;

  @Option(
      names = "--progress",
      paramLabel = "STYLE",
      defaultValue = "auto",
      converter = ProgressStyle.Converter.class,
      completionCandidates = ProgressStyle.Converter.class,
      description =
          "auto, plain, json or none: how long work is shown. auto: a bar on a terminal, else"
              + " plain lines. Default: ${DEFAULT-VALUE}.")
  private ProgressStyle progress = ProgressStyle.AUTO;

  // Read by picocli only, which shows the help and ends.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

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
