package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableMap;
import java.io.PrintWriter;

/**
 * What a command sees of the outside; tests hand in their own.
 *
 * @param out results
 * @param err talk: progress, warnings, errors
 * @param environment the environment variables
 * @param errIsTerminal whether somebody watches the talk
 */
record Console(
    PrintWriter out,
    PrintWriter err,
    ImmutableMap<String, String> environment,
    boolean errIsTerminal) {}
