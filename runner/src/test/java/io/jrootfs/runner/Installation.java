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
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * jrun as installed, made of the launcher, the start scripts and the classes under test, at a place
 * that every user can read.
 */
public final class Installation {
  /** A hang is a failure; no command here needs more than seconds. */
  private static final long LIMIT_SECONDS = 120;

  private final Path jrun;

  private Installation(Path jrun) {
    this.jrun = jrun;
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
      // A manifest's class path is a list of URLs, and a directory's ends with a slash.
      classPath.add(copy.getFileName() + (Files.isDirectory(copy) ? "/" : ""));
    }
    writeJar(lib.resolve("jrootfs-runner-test.jar"), classPath);
    Files.copy(Path.of("../builder/src/main/sh/start-java.sh"), lib.resolve("start-java.sh"));
    Path script = lib.resolve("compile-plan");
    Files.writeString(
        script, Files.readString(Path.of("src/main/sh/compile-plan")).replace("@version@", "test"));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(jrun, PosixFilePermissions.fromString("rwxr-xr-x"));
    check(execute(directory, ImmutableMap.of(), List.of("chmod", "-R", "a+rX", ".")));
    return new Installation(jrun);
  }

  /** Nothing but the manifest that names the classes under test. */
  private static void writeJar(Path jar, List<String> classPath) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "io.jrootfs.runner.cli.Main");
    attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
    attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  /** The program. */
  public Path jrun() {
    return jrun;
  }

  /** This one on a kernel that lacks something, as {@code JRUN_WITHOUT} has it. */
  Installation without(String names) throws IOException {
    Path script = Files.createTempFile(jrun.getParent(), "jrun-without", null);
    Files.writeString(
        script, "#!/bin/sh\nJRUN_WITHOUT=%s exec '%s' \"$@\"\n".formatted(names, jrun));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Installation(script);
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
