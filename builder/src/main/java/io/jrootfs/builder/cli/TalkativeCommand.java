package io.jrootfs.builder.cli;

/** A command with {@code -q} and {@code -v}. */
interface TalkativeCommand {
  TalkOptions talk();
}
