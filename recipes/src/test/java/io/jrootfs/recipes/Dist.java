package io.jrootfs.recipes;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The assembled programs, moved to a place of their own as a user would install them. */
final class Dist {
  /** A hang is a failure; the longest command here, which makes a Debian system, needs a minute. */
  private static final long LIMIT_SECONDS = 900;

  private static @Nullable Path shared;

  private final Path directory;

  /** Images that jrun has unpacked; not the machine's own, as a test leaves nothing behind. */
  private final Path cache;

  private Dist(Path directory, Path cache) {
    this.directory = directory;
    this.cache = cache;
  }

  /** What a command did. */
  record Result(int status, String out, String err) {}

  /**
   * One that all tests share which want nothing of it but that it works, made at the first use,
   * with its archives of classes.
   *
   * @param place for what the programs keep
   */
  static synchronized Dist sharedIn(Path place) throws IOException, InterruptedException {
    if (shared == null) {
      Path home = Files.createTempDirectory("jrootfs-dist");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(home)));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      Result made =
          installedWithArchivesIn(home)
              .shell(
                  home,
                  """
                  jbuild closure --format list sh >/dev/null
                  jrun ps >/dev/null
                  test -s moved/archives/jbuild-*.jsa -a -s moved/archives/jrun-*.jsa
                  """);
      if (made.status() != 0) {
        throw new IOException(made.err());
      }
      shared = home.resolve("moved");
    }
    return new Dist(shared, place.resolve("cache"));
  }

  private static void remove(Path directory) {
    try {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Copies the build's {@code target/dist} to {@code place}/moved, readable by every user. Without
   * what archives of classes are made from: that takes longer than a few commands gain from it.
   */
  static Dist installedIn(Path place) throws IOException, InterruptedException {
    return copied(place, "bin", "lib", "share");
  }

  /** The same with what the first command of a program makes an archive of its classes from. */
  static Dist installedWithArchivesIn(Path place) throws IOException, InterruptedException {
    Dist dist = copied(place, "bin", "lib");
    Result result =
        execute(
            place,
            ImmutableList.of(
                "sh",
                "-euc",
                """
                mkdir moved/archives
                cp "$0"/archives/*.classes "$0"/archives/training.tar moved/archives
                """,
                System.getProperty("dist.directory")));
    if (result.status() != 0) {
      throw new IOException(result.err());
    }
    return dist;
  }

  private static Dist copied(Path place, String... parts) throws IOException, InterruptedException {
    Path built = Path.of(System.getProperty("dist.directory"));
    if (!Files.isExecutable(built.resolve("bin/jrun"))) {
      throw new IllegalStateException(built + " is not assembled: run 'mvn verify'");
    }
    Path moved = Files.createDirectory(place.resolve("moved"));
    ImmutableList.Builder<String> command = ImmutableList.<String>builder().add("cp", "-r");
    for (String part : parts) {
      command.add(built.resolve(part).toString());
    }
    Result copied = execute(place, command.add(moved.toString()).build());
    if (copied.status() != 0) {
      throw new IOException(copied.err());
    }
    return new Dist(moved, place.resolve("cache"));
  }

  /** Puts scripts of the tests into a directory. */
  static void bring(Path directory, String... scripts) throws IOException {
    for (String script : scripts) {
      try (InputStream in = Dist.class.getResourceAsStream(script)) {
        Files.copy(Objects.requireNonNull(in, script), directory.resolve(script));
      }
    }
  }

  Path bin(String program) {
    return directory.resolve("bin").resolve(program);
  }

  /** Runs a POSIX shell script with both programs in PATH. */
  Result shell(Path workingDirectory, String script) throws IOException, InterruptedException {
    return execute(
        workingDirectory,
        ImmutableList.of(
            "env",
            "JRUN_CACHE_DIR=" + cache,
            "sh",
            "-euc",
            "PATH=" + directory.resolve("bin") + ":$PATH\n" + script));
  }

  /** The same as an ordinary user with this numeric id, who owns the working directory. */
  Result shellAs(int uid, Path workingDirectory, String script)
      throws IOException, InterruptedException {
    return execute(
        workingDirectory,
        ImmutableList.of(
            "setpriv",
            "--reuid=" + uid,
            "--regid=" + uid,
            "--clear-groups",
            "env",
            "HOME=" + workingDirectory,
            "PATH=" + directory.resolve("bin") + ":/usr/bin:/bin",
            "sh",
            "-euc",
            script));
  }

  static Result execute(Path workingDirectory, ImmutableList<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("out", null);
    Path err = Files.createTempFile("err", null);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(workingDirectory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("still running after " + LIMIT_SECONDS + " s: " + command);
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
