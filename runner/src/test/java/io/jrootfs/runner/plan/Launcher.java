package io.jrootfs.runner.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The real launcher, in a directory that every user can enter. */
final class Launcher {
  /** What a finished run left. */
  record Result(int status, String output, String error) {}

  private static final long PATIENCE_SECONDS = 180;

  private final Path directory;
  private final Path program;
  private final ImmutableList<String> before;

  Launcher(Path directory) throws IOException {
    this(directory, ImmutableList.of());
  }

  /**
   * A launcher that another program starts.
   *
   * @param before that program and its arguments
   */
  Launcher(Path directory, ImmutableList<String> before) throws IOException {
    this.directory = directory;
    this.before = before;
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path bin = Files.createDirectories(directory.resolve("dist/bin"));
    program = Files.copy(Path.of(System.getProperty("jrun.launcher")), bin.resolve("jrun"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path program() {
    return program;
  }

  Path planFile(byte[] plan) throws IOException {
    Path file = Files.createTempFile(directory, "plan", "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return Files.write(file, plan);
  }

  Path planFile(LaunchPlan plan) throws IOException {
    return planFile(PlanEncoder.encode(plan));
  }

  ImmutableList<String> command(Caller caller, LaunchPlan plan) throws IOException {
    return ImmutableList.<String>builder()
        .addAll(before)
        .addAll(caller.prefix(directory))
        .add(program.toString(), "--execute-plan", planFile(plan).toString())
        .build();
  }

  Result run(Caller caller, LaunchPlan plan) throws IOException {
    return run(command(caller, plan));
  }

  static Result run(String... command) throws IOException {
    return run(Arrays.asList(command));
  }

  static Result run(List<String> command) throws IOException {
    return new Running(command).await();
  }

  static String contentOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until something is so; a test fails if it never is. */
  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not so: %s", what).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** A run that has not finished. */
  static final class Running {
    private final Process process;
    private final BufferedReader output;
    private final CompletableFuture<String> error;

    Running(List<String> command) throws IOException {
      this(command, Redirect.from(Path.of("/dev/null").toFile()));
    }

    Running(List<String> command, Redirect input) throws IOException {
      process = new ProcessBuilder(new ArrayList<>(command)).redirectInput(input).start();
      output = process.inputReader(UTF_8);
      error = CompletableFuture.supplyAsync(() -> drain(process.errorReader(UTF_8)));
    }

    private static String drain(BufferedReader reader) {
      StringBuilder all = new StringBuilder();
      reader.lines().forEach(line -> all.append(line).append('\n'));
      return all.toString();
    }

    String nextLine() throws IOException {
      return output.readLine();
    }

    /** Writes to its input, which must be a pipe. */
    void type(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(UTF_8));
      process.getOutputStream().flush();
    }

    boolean isAlive() {
      return process.isAlive();
    }

    long pid() {
      return process.pid();
    }

    void signal(String name) throws IOException {
      assertThat(Launcher.run("kill", "-" + name, Long.toString(pid())).status()).isZero();
    }

    Result await() {
      CompletableFuture<String> rest = CompletableFuture.supplyAsync(() -> drain(output));
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("does not end: " + process.info().commandLine().orElse("?"));
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return new Result(process.exitValue(), rest.join(), error.join());
    }
  }
}
