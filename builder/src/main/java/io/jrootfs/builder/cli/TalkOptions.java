package io.jrootfs.builder.cli;

import picocli.CommandLine.Option;

/** How much a command says on standard error. */
final class TalkOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Explain more; with an error also where it arose.")
  private boolean verbose;

  @Option(names = "--help", usageHelp = true, description = "Show this text.")
  private boolean help;

  boolean isQuiet() {
    return quiet;
  }

  boolean isVerbose() {
    return verbose;
  }
}
