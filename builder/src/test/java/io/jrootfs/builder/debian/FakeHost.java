package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** This machine, but for the programs that a test writes as shell scripts. */
final class FakeHost {
  private static final ImmutableList<String> SYSTEM =
      ImmutableList.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final Path work;
  private final Path programs;
  private long memory = 64 << 20;

  FakeHost(Path work) throws IOException {
    this.work = work;
    this.programs = Files.createDirectory(work.resolve("programs"));
    Files.createDirectory(temporary());
    // The machine's own configuration is not what these tests are about.
    program("apt-get", "exit 0");
    program("apt-config", "exit 0");
  }

  /** Writes a program; {@code script} is for a POSIX shell. */
  void program(String name, String script) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("chmod " + file);
    }
  }

  /** How many bytes of it the system may take; at first much more than any test's system needs. */
  void memory(long bytes) {
    memory = bytes;
  }

  Path programs() {
    return programs;
  }

  Path temporary() {
    return work.resolve("temporary");
  }

  Path cache() {
    return work.resolve("cache");
  }

  BootstrapHost host() {
    ImmutableList.Builder<Path> path = ImmutableList.<Path>builder().add(programs);
    SYSTEM.forEach(directory -> path.add(Path.of(directory)));
    return hostWithOnly(path.build());
  }

  BootstrapHost hostWithOnly(ImmutableList<Path> path) {
    return new BootstrapHost(
        path,
        ImmutableSortedMap.of(),
        temporary(),
        cache(),
        OptionalLong.of(memory),
        /* root= */ true);
  }

  static BootstrapRequest request(BootstrapRequest.Tool tool) {
    return new BootstrapRequest(
        "bookworm",
        Optional.of("minbase"),
        ImmutableList.of("curl"),
        new PackageArchive(
            Optional.empty(), ImmutableList.of(), Optional.empty(), /* checkSignatures= */ true),
        Optional.empty(),
        tool,
        /* slim= */ false);
  }
}
