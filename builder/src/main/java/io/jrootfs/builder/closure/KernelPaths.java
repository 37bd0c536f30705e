package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.SearchedPlace;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;

/** Files that the kernel opens by path on behalf of a program: interpreters. */
final class KernelPaths {
  /** What is wrong with a path that does not start at the root. */
  static final String RELATIVE =
      "it is relative to the working directory, which is not known before the program runs";

  private final ProgramFinder finder;
  private final ClosureBuilder builder;

  KernelPaths(ProgramFinder finder, ClosureBuilder builder) {
    this.finder = finder;
    this.builder = builder;
  }

  /** The file at {@code path}; one that is not there is recorded as missing. */
  Optional<Resolution> find(Resolution by, FoundBy rule, String path) throws IOException {
    Optional<Resolution> file =
        path.startsWith("/") ? finder.resolve(SysrootPath.of(path)) : Optional.empty();
    if (file.isEmpty()) {
      builder.missing(
          new Missing(
              path, by.path(), ImmutableList.of(new SearchedPlace(rule, path)), unopenable(path)));
    } else if (!file.get().isUtf8()) {
      builder.missing(unholdable(by, rule, path));
      return Optional.empty();
    }
    return file;
  }

  /** That a file which a loader reads is there, and no image can hold it. */
  static Missing unholdable(Resolution loader, Resolution configuration) {
    String path = configuration.requested().value();
    return unholdable(loader, new FoundBy.LoaderConfiguration(), path);
  }

  private static Missing unholdable(Resolution by, FoundBy rule, String path) {
    SearchedPlace place = new SearchedPlace(rule, path, Optional.of(SearchedPlace.NOT_UTF8));
    return new Missing(path, by.path(), ImmutableList.of(place), Optional.empty());
  }

  /** What else there is to say of a path that leads nowhere. */
  private static Optional<String> unopenable(String path) {
    if (path.endsWith("\r")) {
      return Optional.of(
          "the line ends with a carriage return, which the kernel takes for part of the name; save"
              + " the script with Unix line ends");
    }
    return path.startsWith("/") ? Optional.empty() : Optional.of(RELATIVE);
  }
}
