package io.jrootfs.runner.spec;

import com.google.common.collect.ImmutableList;
import java.util.Optional;

/**
 * What is to run in a container that is there already.
 *
 * @param command program and arguments
 * @param env {@code NAME=value}, or {@code NAME} to copy the caller's; the last one wins
 * @param user {@code USER[:GROUP]}, names or numbers; empty: who the container's first process is
 * @param workingDirectory absolute path; empty: the container's
 * @param terminal when it has a pseudo-terminal
 * @param privileged whether it has all capabilities, whatever the container has
 */
public record ExecOverrides(
    ImmutableList<String> command,
    ImmutableList<String> env,
    Optional<String> user,
    Optional<String> workingDirectory,
    TerminalMode terminal,
    boolean privileged) {}
