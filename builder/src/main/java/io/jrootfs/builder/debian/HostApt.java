package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this system's apt is told that holds for our tools as well.
 *
 * @param proxy what fetches packages over HTTP, if anything
 * @param takesOldIndexes whether an index past its date is taken, as snapshots of an archive need
 */
record HostApt(Optional<String> proxy, boolean takesOldIndexes) {
  private static final HostApt NONE = new HostApt(Optional.empty(), false);

  private static final Pattern ASSIGNMENT = Pattern.compile("(\\w+)='([^']*)'");

  /**
   * Asks apt; a system without it has nothing to say.
   *
   * @throws IOException if apt is there and cannot say
   */
  static HostApt of(BootstrapHost host) throws IOException {
    if (host.program("apt-config").isEmpty()) {
      return NONE;
    }
    HostApt settings = NONE;
    String said =
        answer(
            host,
            ImmutableList.of(
                "apt-config",
                "shell",
                "PROXY",
                "Acquire::http::Proxy",
                "VALID",
                "Acquire::Check-Valid-Until"));
    Matcher assignment = ASSIGNMENT.matcher(said);
    while (assignment.find()) {
      String value = assignment.group(2);
      settings =
          assignment.group(1).equals("PROXY")
              ? new HostApt(Optional.of(value).filter(HostApt::isProxy), settings.takesOldIndexes)
              : new HostApt(settings.proxy, value.matches("false|no|0|off"));
    }
    return settings;
  }

  private static boolean isProxy(String value) {
    return !value.isEmpty() && !value.equals("DIRECT");
  }

  /**
   * Standard output of a program of apt.
   *
   * @throws IOException if it fails
   */
  static String answer(BootstrapHost host, ImmutableList<String> command) throws IOException {
    // Its warnings are the administrator's, who sees them with every other use of apt.
    ProcessBuilder builder =
        new ProcessBuilder(host.command(command)).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(host.environment());
    builder.environment().put("PATH", Joiner.on(':').join(host.path()));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "this system's own apt cannot be asked, '"
                + Joiner.on(' ').join(command.subList(0, 2))
                + "' ends with status "
                + status
                + "; run it to see what is wrong");
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking apt", e);
    }
  }
}
