package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSortedMap;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a container is to others, and for how long.
 *
 * @param name what to call it; after its id if empty
 * @param detached whether it outlives the command
 * @param removed whether nothing stays of it
 * @param labels remarks
 * @param log how much of what it says is kept while it is detached; nothing if empty
 * @param idFile where to write its id
 * @param pidFile where to write the number of its first process
 * @param limits the words of the options that limit it
 * @param input whether it can be typed to later, without a terminal
 * @param detachKeys the codes of the keys that leave it on a terminal; empty: there are none
 */
record LifecycleRequest(
    Optional<String> name,
    boolean detached,
    boolean removed,
    ImmutableSortedMap<String, String> labels,
    Optional<LogLimit> log,
    Optional<Path> idFile,
    Optional<Path> pidFile,
    ImmutableListMultimap<String, String> limits,
    boolean input,
    ImmutableList<Integer> detachKeys) {

  /**
   * How much is kept.
   *
   * @param maxSize bytes of a file
   * @param files of that size
   */
  record LogLimit(long maxSize, int files) {}
}
