package io.jrootfs.runner;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
import java.util.spi.ToolProvider;

/**
 * jrun as installed, made of the launcher, the start scripts and the classes under test, at a place
 * that every user can read.
 */
public final class Installation {
  /** A hang is a failure; no command here needs more than seconds. */
  private static final long LIMIT_SECONDS = 120;

  /** Where the shared one is, once it is made. */
  private static final String PROPERTY = "jrun.installation";

  private final Path jrun;

  private Installation(Path jrun) {
    this.jrun = jrun;
  }

  /** What a command did. */
  public record Result(int status, String out, String err) {}

  /**
   * The one that all tests share, also those in a virtual machine: made at its first use, with the
   * archive of classes that an installed one has, for nearly all that a test waits for are starts.
   */
  public static synchronized Installation shared() throws IOException, InterruptedException {
    String made = System.getProperty(PROPERTY);
    if (made != null) {
      return new Installation(Path.of(made));
    }
    Path directory = Files.createTempDirectory("jrun-installation");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
    Installation shared = in(directory);
    System.setProperty(PROPERTY, shared.jrun.toString());
    return shared;
  }

  private static void remove(Path directory) {
    try {
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts {@code bin}, {@code lib} and {@code archives} into a directory. */
  private static Installation in(Path directory) throws IOException, InterruptedException {
    Path lib = Files.createDirectory(directory.resolve("lib"));
    Path jrun = Files.createDirectory(directory.resolve("bin")).resolve("jrun");
    Files.copy(Path.of(System.getProperty("jrun.launcher")), jrun);
    List<String> classPath = new ArrayList<>();
    String own =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : Splitter.on(':').omitEmptyStrings().split(own)) {
      Path copy = lib.resolve(classPath.size() + "-" + Path.of(element).getFileName() + ".jar");
      copyClasses(Path.of(element), copy);
      classPath.add(copy.getFileName().toString());
    }
    writeJar(lib.resolve("jrootfs-runner-test.jar"), classPath);
    Files.copy(Path.of("../builder/src/main/sh/start-java.sh"), lib.resolve("start-java.sh"));
    Path script = lib.resolve("compile-plan");
    Files.writeString(
        script, Files.readString(Path.of("src/main/sh/compile-plan")).replace("@version@", "test"));
    Path archives = Files.createDirectory(directory.resolve("archives"));
    Files.copy(Path.of("src/build/archives/jrun.classes"), archives.resolve("jrun.classes"));
    String train =
        """
        chmod 755 bin/jrun lib/compile-plan
        mkdir -p image/bin && cp /bin/sh image/bin && tar -cf archives/training.tar -C image . && rm -r image
        bin/jrun ps && test -s archives/jrun-*.jsa
        chmod -R a+rX .
        """;
    check(execute(directory, ImmutableMap.of(), List.of("sh", "-euc", train)));
    return new Installation(jrun);
  }

  /** As a jar, for no class in a directory is archived. */
  private static void copyClasses(Path element, Path jar) throws IOException {
    if (!Files.isDirectory(element)) {
      Files.copy(element, jar);
      return;
    }
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                writer,
                writer,
                "--create",
                "--no-manifest",
                "--file=" + jar,
                "-C",
                element.toString(),
                ".");
    if (status != 0) {
      throw new AssertionError("jar: exit status " + status + ": " + said);
    }
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
