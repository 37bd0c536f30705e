package io.jrootfs.builder.debian;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Where this system's own apt gets its packages, as apt itself reads its configuration.
 *
 * @param archives in apt's order
 */
record AptSources(ImmutableList<Archive> archives) {
  /** See apt-get(8), indextargets; a field that is not known is printed as it stands here. */
  private static final String FORMAT =
      "$(REPO_URI) $(RELEASE) $(CODENAME) $(SUITE) $(ORIGIN) $(COMPONENT)";

  /** Others, such as vendors of one program, name their archives after Debian's releases too. */
  private static final ImmutableSet<String> DISTRIBUTIONS =
      ImmutableSet.of("Debian", "Ubuntu", "Raspbian", "Devuan", "Kali");

  /**
   * One archive for one suite.
   *
   * @param uri without a slash at its end
   * @param suites every name of the suite: what the configuration says and, if apt has fetched its
   *     index, code name and alias
   * @param origin who made it; empty if apt has not fetched its index
   */
  record Archive(
      String uri, ImmutableSet<String> suites, Optional<String> origin, String component) {
    boolean isOfDistribution() {
      return component.equals("main")
          && (origin.isEmpty() || DISTRIBUTIONS.contains(origin.get()))
          // What both back ends can read; "mirror+file" is a list of others, "cdrom" asks.
          && (uri.startsWith("http://") || uri.startsWith("https://") || uri.startsWith("file:/"));
    }
  }

  /** The mirror that has the suite; empty if this system uses none. */
  Optional<String> mirror(String suite) {
    return archives.stream()
        .filter(Archive::isOfDistribution)
        .filter(archive -> archive.suites.contains(suite))
        .map(Archive::uri)
        .findFirst();
  }

  /**
   * Asks apt; a system without apt has no archives.
   *
   * @throws IOException if apt is there and cannot say, such as for a malformed configuration
   */
  static AptSources of(BootstrapHost host) throws IOException {
    if (host.program("apt-get").isEmpty()) {
      return new AptSources(ImmutableList.of());
    }
    ProcessBuilder builder =
        new ProcessBuilder("apt-get", "indextargets", "--format", FORMAT, "Created-By: Packages");
    builder.environment().clear();
    builder.environment().putAll(host.environment());
    builder.environment().put("PATH", Joiner.on(':').join(host.path()));
    builder.environment().put("LC_ALL", "C");
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(
            "apt-get cannot tell which mirror this system uses ("
                + said.lines().findFirst().orElse("it says nothing")
                + "); name one with --mirror");
      }
      return parse(said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking apt-get", e);
    }
  }

  @VisibleForTesting
  static AptSources parse(String targets) {
    return new AptSources(
        targets
            .lines()
            .map(line -> Splitter.on(' ').splitToList(line))
            .filter(fields -> fields.size() == 6)
            .map(AptSources::archive)
            .collect(ImmutableList.toImmutableList()));
  }

  private static Archive archive(List<String> fields) {
    return new Archive(
        fields.get(0).replaceAll("/+$", ""),
        fields.subList(1, 4).stream()
            .filter(AptSources::isKnown)
            .collect(ImmutableSet.toImmutableSet()),
        Optional.of(fields.get(4)).filter(AptSources::isKnown),
        fields.get(5));
  }

  private static boolean isKnown(String field) {
    return !field.isEmpty() && !field.startsWith("$(");
  }
}
