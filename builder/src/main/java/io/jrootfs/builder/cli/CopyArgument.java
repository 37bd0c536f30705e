package io.jrootfs.builder.cli;

import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/** The value of {@code --copy}: {@code SRC[:DEST]}. */
final class CopyArgument {
  private CopyArgument() {}

  /**
   * The last colon that an absolute path follows is the separator, so a source may hold colons.
   *
   * @param usage makes the exception for a message
   */
  static RootfsRequest.Copy parse(String argument, Function<String, ParameterException> usage) {
    int colon = argument.lastIndexOf(":/");
    String source = colon < 0 ? argument : argument.substring(0, colon);
    if (source.isEmpty()) {
      throw usage.apply("--copy '" + argument + "' names no source; it is SRC[:DEST]");
    }
    int any = argument.lastIndexOf(':');
    if (colon < 0 && any >= 0 && !Files.exists(Path.of(argument), LinkOption.NOFOLLOW_LINKS)) {
      throw usage.apply(
          "--copy '"
              + argument
              + "': there is no such file, and as SRC:DEST its DEST '"
              + argument.substring(any + 1)
              + "' must begin with '/'");
    }
    try {
      Path path = Path.of(source).toAbsolutePath().normalize();
      String destination = colon < 0 ? path.toString() : argument.substring(colon + 1);
      return new RootfsRequest.Copy(path, RootfsPath.of(withoutTrailingSlash(destination)));
    } catch (InvalidPathException e) {
      throw usage.apply("--copy '" + argument + "': " + e.getReason());
    } catch (IllegalArgumentException e) {
      throw usage.apply("--copy '" + argument + "': " + e.getMessage());
    }
  }

  private static String withoutTrailingSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
