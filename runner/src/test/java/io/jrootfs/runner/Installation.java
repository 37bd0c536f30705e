package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * jrun as installed, made of the launcher and the classes under test, at a place that every user
 * can read.
 */
public final class Installation {
  /** A hang is a failure; no command here needs more than seconds. */
  private static final long LIMIT_SECONDS = 120;

  private final Path directory;

  private Installation(Path directory) {
    this.directory = directory;
  }

  /** What a command did. */
  public record Result(int status, String out, String err) {}

  /** Puts {@code bin/jrun} and {@code lib} into a directory. */
  public static Installation in(Path directory) throws IOException, InterruptedException {
    Path lib = Files.createDirectories(directory.resolve("lib"));
    Path jrun = Files.createDirectories(directory.resolve("bin")).resolve("jrun");
    Files.copy(Path.of(System.getProperty("jrun.launcher")), jrun);
    List<String> classPath = new ArrayList<>();
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : Splitter.on(':').omitEmptyStrings().split(own)) {
      Path copy = lib.resolve(classPath.size() + "-" + Path.of(element).getFileName());
      check(execute(directory, ImmutableMap.of(), List.of("cp", "-r", element, copy.toString())));
      classPath.add(copy.toString());
    }
    Path script = lib.resolve("compile-plan");
    Files.writeString(
        script,
        "#!/bin/sh\nLC_ALL=C.UTF-8\nexport LC_ALL\nexec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s \"$@\"\n"
            .formatted(
                ProcessHandle.current().info().command().orElseThrow(),
                String.join(":", classPath),
                "io.jrootfs.runner.cli.Main"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(jrun, PosixFilePermissions.fromString("rwxr-xr-x"));
    check(execute(directory, ImmutableMap.of(), List.of("chmod", "-R", "a+rX", ".")));
    return new Installation(directory);
  }

  /** The program. */
  public Path jrun() {
    return directory.resolve("bin/jrun");
  }

  /** Fails with what a command said unless it ended well. */
  public static Result check(Result result) {
    if (result.status() != 0) {
      throw new AssertionError("exit status " + result.status() + ": " + result.err());
    }
    return result;
  }

  /** Runs a command with nothing to read to its end. */
  public static Result execute(
      Path workingDirectory, ImmutableMap<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("out", null);
    Path err = Files.createTempFile("err", null);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(workingDirectory.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + LIMIT_SECONDS + " s: " + command);
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
