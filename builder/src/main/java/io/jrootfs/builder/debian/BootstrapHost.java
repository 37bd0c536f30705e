package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The machine that a base system is made on, as far as that matters.
 *
 * @param path where its programs are, in order
 * @param environment of which apt gets all, and the back ends what says how to reach the network
 * @param temporary an existing directory with room for the whole system
 * @param cache where packages are kept for the next time; made when needed
 * @param memory how much of it may hold the system while it is made, in bytes; 0 for none, empty
 *     for a part of what is free then
 * @param root whether this is the superuser
 */
public record BootstrapHost(
    ImmutableList<Path> path,
    ImmutableSortedMap<String, String> environment,
    Path temporary,
    Path cache,
    OptionalLong memory,
    boolean root) {

  /**
   * A command line whose program is one of this path: what the JVM looks up itself, it looks up in
   * a PATH of its own.
   */
  ImmutableList<String> command(ImmutableList<String> words) {
    return ImmutableList.<String>builder()
        .add(program(words.get(0)).map(Path::toString).orElse(words.get(0)))
        .addAll(words.subList(1, words.size()))
        .build();
  }

  /** The executable file of that name. */
  Optional<Path> program(String name) {
    return path.stream()
        .map(directory -> directory.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
