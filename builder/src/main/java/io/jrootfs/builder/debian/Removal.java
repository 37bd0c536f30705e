package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A tree that is being removed, by a process of its own; its files may belong to a user's range.
 */
final class Removal {
  private final Path doomed;
  private final Process process;

  private Removal(Path doomed, Process process) {
    this.doomed = doomed;
    this.process = process;
  }

  /**
   * Begins it.
   *
   * @param namespaces the words of the command that enters those where the files are ours; root
   *     needs none
   * @throws IOException if it cannot begin
   */
  static Removal begin(BootstrapHost host, Path doomed, ImmutableList<String> namespaces)
      throws IOException {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    if (!host.root()) {
      command.addAll(namespaces);
    }
    command.add("rm", "-rf", "--one-file-system", "--", doomed.toString());
    ProcessBuilder builder =
        new ProcessBuilder(host.command(command.build()))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().put("PATH", Joiner.on(':').join(host.path()));
    builder.environment().put("LC_ALL", "C");
    return new Removal(doomed, builder.start());
  }

  /**
   * Waits for the end of it.
   *
   * @throws IOException if something could not be removed
   */
  void await() throws IOException {
    try {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("cannot remove " + doomed + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while removing " + doomed, e);
    }
  }
}
