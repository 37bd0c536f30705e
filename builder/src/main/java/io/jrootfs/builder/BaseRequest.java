package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.image.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What everything else is to be put upon. */
public sealed interface BaseRequest {
  /** What is asked for, as far as it decides what is in it. */
  String contents();

  /** What it is, for people. */
  String title();

  /** A system that is made of packages. */
  record OfPackages(BootstrapRequest system) implements BaseRequest {
    @Override
    public String contents() {
      return system.contents();
    }

    @Override
    public String title() {
      return system.suite() + " [base system]";
    }
  }

  /**
   * An image that is there.
   *
   * @param name as it was given: a reference, or a path
   * @param file the path, if it is one
   * @param platform what machine it must be for; empty: of several this one's
   */
  record OfImage(String name, Optional<Path> file, Optional<Platform> platform)
      implements BaseRequest {
    private static final Pattern ARCHIVE =
        Pattern.compile(".*\\.(tar|tgz|tar\\.(gz|xz|zst|zstd))", Pattern.DOTALL);

    /**
     * From a word of a command line: a path if it looks like one or leads to something, else a
     * reference.
     */
    public static OfImage of(String name, Optional<Platform> platform) {
      Path path = Path.of(name);
      boolean isPath =
          name.startsWith(".")
              || path.isAbsolute()
              || ARCHIVE.matcher(name).matches()
              || Files.exists(path);
      return new OfImage(name, isPath ? Optional.of(path) : Optional.empty(), platform);
    }

    /** The same for one of several platforms, unless one is settled; no platforms mean any. */
    OfImage forOneOf(ImmutableList<Platform> platforms) {
      Platform here = Platform.ofThisMachine();
      return platform.isPresent() || platforms.isEmpty()
          ? this
          : new OfImage(
              name,
              file,
              Optional.of(
                  platforms.stream().filter(here::satisfies).findFirst().orElse(platforms.get(0))));
    }

    @Override
    public String contents() {
      return "image " + name + platform.map(it -> ", for " + it).orElse("");
    }

    @Override
    public String title() {
      return name + " [base image]";
    }
  }
}
