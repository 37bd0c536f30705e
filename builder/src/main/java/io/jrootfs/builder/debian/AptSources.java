package io.jrootfs.builder.debian;

import com.google.common.annotations.VisibleForTesting;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    return parse(targets(host, ImmutableList.of()))
        .and(parse(targets(host, ImmutableList.of("--no-release-info"))));
  }

  /** Without the option, apt lists only archives whose index it has fetched. */
  private static String targets(BootstrapHost host, ImmutableList<String> options)
      throws IOException {
    return HostApt.answer(
        host,
        ImmutableList.<String>builder()
            .add("apt-get", "indextargets")
            .addAll(options)
            .add("--format", FORMAT, "Created-By: Packages")
            .build());
  }

  /** These, and what others say of archives that these do not know. */
  private AptSources and(AptSources others) {
    ImmutableSet<String> known =
        archives.stream().map(Archive::uri).collect(ImmutableSet.toImmutableSet());
    return new AptSources(
        Stream.concat(
                archives.stream(),
                others.archives.stream().filter(archive -> !known.contains(archive.uri)))
            .collect(ImmutableList.toImmutableList()));
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
