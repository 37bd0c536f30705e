package io.jrootfs.runner.cli;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.runner.FreePorts;
import io.jrootfs.runner.network.Pasta;
import io.jrootfs.runner.network.PublishedPort;
import io.jrootfs.runner.plan.NetworkSteps;
import io.jrootfs.runner.state.PortRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the program pasta connects one container.
 *
 * @param steps of the plan
 * @param record what others are told of it
 */
record PastaConnection(NetworkSteps steps, PortRecord record) {
  /** Where programs are when nobody says where. */
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /**
   * Looks for the program, and for ports where the user named none.
   *
   * @throws UsageException if the caller is root
   * @throws IOException if it is not installed, or there are no ports left
   */
  static PastaConnection of(
      ImmutableList<PublishedPort> asked, boolean root, ImmutableMap<String, String> environment)
      throws UsageException, IOException {
    if (root) {
      throw new UsageException(
          "--network pasta is an ordinary user's, who may change nothing of the host's network;"
              + " root's containers have '--network bridge'");
    }
    String program = program(environment.getOrDefault("PATH", PATH));
    ImmutableList<PublishedPort> ports = FreePorts.chosen(asked, false);
    return new PastaConnection(
        NetworkSteps.byPasta(program, Files.exists(Path.of("/proc/net/if_inet6")), ports),
        new PortRecord(
            ImmutableList.of(),
            ports.stream().map(PublishedPort::text).collect(ImmutableList.toImmutableList())));
  }

  private static String program(String path) throws IOException {
    for (String directory : Splitter.on(':').omitEmptyStrings().split(path)) {
      Path program = Path.of(directory, Pasta.PROGRAM);
      if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
        return program.toString();
      }
    }
    throw new IOException(
        "--network pasta needs the program 'pasta', which is in none of the directories of PATH;"
            + " install it (Debian's package is 'passt'), or take '--network private' or"
            + " '--network host'");
  }
}
