package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machine that a base system is made on, as far as that matters.
 *
 * @param path where its programs are, in order
 * @param environment given to the tools as it is, but for PATH and TMPDIR
 * @param temporary an existing directory with room for the whole system
 * @param cache where packages are kept for the next time; made when needed
 * @param root whether this is the superuser
 */
public record BootstrapHost(
    ImmutableList<Path> path,
    ImmutableSortedMap<String, String> environment,
    Path temporary,
    Path cache,
    boolean root) {

  /** The executable file of that name. */
  Optional<Path> program(String name) {
    return path.stream()
        .map(directory -> directory.resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }
}
