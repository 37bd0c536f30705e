package io.jrootfs.runner.cli;

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
 */
record LifecycleRequest(
    Optional<String> name,
    boolean detached,
    boolean removed,
    ImmutableSortedMap<String, String> labels,
    Optional<LogLimit> log,
    Optional<Path> idFile,
    Optional<Path> pidFile,
    ImmutableListMultimap<String, String> limits) {

  /**
   * How much is kept.
   *
   * @param maxSize bytes of a file
   * @param files of that size
   */
  record LogLimit(long maxSize, int files) {}
}
