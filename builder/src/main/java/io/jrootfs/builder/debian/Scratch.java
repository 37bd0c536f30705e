package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEnvironmentException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory that tools work in. Where enough memory is free, what they write there is in
 * memory, of which the disk sees nothing: the thousands of small files of a system take a disk's
 * file system as long as everything else takes together. The memory is mounted in the namespace of
 * the tools, and is free again when they end, however that is.
 *
 * @param directory an existing one, empty for everybody outside that namespace
 * @param memory how much memory the files may take, in bytes; 0 to have them on the disk
 */
record Scratch(Path directory, long memory) {
  /** Fewer bytes than programs write at once. */
  private static final long FULL = 1 << 16;

  /** What ends with this status, has no memory to work in. */
  private static final int NOT_MOUNTED = 96;

  /** Comes before a script, with two arguments of its own. */
  private static final String PRELUDE =
      """
      mount -t tmpfs -o "size=$2,mode=0711" jbuild "$1" || exit 96
      shift 2
      """;

  /**
   * Makes the directory, and decides where its files are.
   *
   * @throws IOException if that fails
   */
  static Scratch in(Path parent, BootstrapHost host) throws IOException {
    return new Scratch(
        BootstrapSite.makePassable(Files.createDirectory(parent.resolve("scratch"))),
        host.memory().isPresent() ? host.memory().getAsLong() : FreeMemory.allowance());
  }

  Scratch onDisk() {
    return new Scratch(directory, 0);
  }

  /**
   * Whether the disk takes no more, not even the line of a log that would say so.
   *
   * @throws IOException if the disk cannot be asked
   */
  boolean isDiskFull() throws IOException {
    return Files.getFileStore(directory).getUsableSpace() < FULL;
  }

  /**
   * Whether a system that does not fit into the memory may fit on the disk. Where that has less
   * room than the memory had, it was the disk that the system's tar did not fit on.
   *
   * @throws IOException if the disk cannot be asked
   */
  boolean hasMoreDisk() throws IOException {
    return isInMemory() && Files.getFileStore(directory).getUsableSpace() > memory;
  }

  private boolean isInMemory() {
    return memory > 0;
  }

  /** What a tool makes the system in; the tool makes it. */
  Path root() {
    return directory.resolve("root");
  }

  /** What comes before a script that works here. */
  String prelude() {
    return isInMemory() ? PRELUDE : "";
  }

  /** What comes before that script's own arguments. */
  ImmutableList<String> arguments() {
    return isInMemory()
        ? ImmutableList.of(directory.toString(), Long.toString(memory))
        : ImmutableList.of();
  }

  /**
   * Looks whether a script's exit status means that there is no memory to work in.
   *
   * @throws BootstrapEnvironmentException if it does
   */
  void check(int status) throws BootstrapEnvironmentException {
    if (isInMemory() && status == NOT_MOUNTED) {
      throw new BootstrapEnvironmentException(
          Kind.MEMORY, "this machine lets nobody mount memory (tmpfs) at " + directory);
    }
  }
}
