package io.jrootfs.builder.trial;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The program {@code jrun}, as a user would call it. */
public final class Jrun {
  /** A command that takes longer hangs. */
  private static final int LIMIT_SECONDS = 120;

  /** A command that has run for so long has found its libraries and understood its arguments. */
  private static final int BEGUN_SECONDS = 2;

  /** Of jrun: it could not set the container up, not execute the command, or not find it. */
  private static final Range<Integer> NOT_BEGUN = Range.closed(125, 127);

  /** Of a command that a signal has ended: 128 and the signal. */
  private static final Range<Integer> KILLED = Range.closed(128 + 1, 128 + 64);

  /** What a container gets to end by itself. */
  private static final int GRACE_SECONDS = 10;

  private final Path program;
  private final ImmutableList<String> options;

  private Jrun(Path program, ImmutableList<String> options) {
    this.program = program;
    this.options = options;
  }

  /**
   * What a command did.
   *
   * @param status its exit status, or what jrun says of its end
   */
  record Ended(int status, String out, String err) {}

  /**
   * Finds the one beside this jbuild, or in a search path.
   *
   * @param searchPath the value of PATH
   * @param options it gets each time
   * @throws IOException if there is none
   */
  public static Jrun find(String searchPath, ImmutableList<String> options) throws IOException {
    ImmutableList.Builder<Path> places = ImmutableList.builder();
    installed().ifPresent(places::add);
    Splitter.on(File.pathSeparatorChar)
        .omitEmptyStrings()
        .split(searchPath)
        .forEach(directory -> places.add(Path.of(directory, "jrun")));
    for (Path place : places.build()) {
      if (Files.isExecutable(place) && Files.isRegularFile(place)) {
        return new Jrun(place, options);
      }
    }
    throw new IOException(
        "jrun, which runs the checks, is neither beside jbuild nor in PATH; install both programs");
  }

  /** {@code ../bin/jrun} of the directory that our jar is in. */
  private static Optional<Path> installed() {
    try {
      URI jar = Jrun.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Optional.ofNullable(Path.of(jar).getParent())
          .map(lib -> lib.resolveSibling("bin").resolve("jrun"));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs a command in a container of its own, without an input. */
  Ended run(Path image, Optional<String> user, ImmutableList<String> command) throws IOException {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    user.ifPresent(name -> arguments.add("--user", name));
    // The command instead of the entrypoint, not as arguments of it.
    arguments.add("--entrypoint", command.get(0), image.toString(), "--");
    arguments.addAll(command.subList(1, command.size()));
    Path out = Files.createTempFile("jbuild-check-", ".out");
    Path err = Files.createTempFile("jbuild-check-", ".err");
    try {
      Process process =
          builder(arguments.build())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = waitFor(process, LIMIT_SECONDS);
      if (!ended) {
        stop(process);
      }
      String said = Files.readString(err, StandardCharsets.ISO_8859_1);
      return new Ended(
          process.exitValue(),
          Files.readString(out, StandardCharsets.ISO_8859_1),
          ended ? said : said + "\n(ended by jbuild after " + LIMIT_SECONDS + " s)");
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /**
   * Starts the image's own command, waits until it says something, and ends it.
   *
   * @return what it said, if it ended without saying that; empty if all is well
   */
  Optional<String> start(Path image, Pattern says) throws IOException {
    Process process = builder(ImmutableList.of(image.toString())).redirectErrorStream(true).start();
    StringBuilder said = new StringBuilder();
    try (InputStream out = process.getInputStream()) {
      Watchdog watchdog = Watchdog.of(process, LIMIT_SECONDS);
      byte[] buffer = new byte[8192];
      for (int count = out.read(buffer); count >= 0; count = out.read(buffer)) {
        said.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        if (says.matcher(said).find()) {
          watchdog.cancel();
          return Optional.empty();
        }
      }
      watchdog.cancel();
      return Optional.of(said.toString());
    } finally {
      stop(process);
    }
  }

  /**
   * Starts the image's own command and ends it after a while, if it has not ended by itself. What
   * it does meanwhile is not judged.
   *
   * @return what is wrong, if it could not be run or died; empty if all is well
   */
  Optional<String> begin(Path image) throws IOException {
    try (TemporaryDirectory place = TemporaryDirectory.make()) {
      Path running = place.path().resolve("pid");
      Process process =
          builder(ImmutableList.of("--pidfile", running.toString(), image.toString()))
              .redirectErrorStream(true)
              .start();
      try {
        OutputStart said = OutputStart.of(process);
        for (int tries = 0; tries < LIMIT_SECONDS * 10 && !Files.exists(running); tries++) {
          if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
            break;
          }
        }
        boolean ended = waitFor(process, BEGUN_SECONDS);
        if (!ended && !Files.exists(running)) {
          return Optional.of("jrun did not start it within " + LIMIT_SECONDS + " s");
        }
        return ended && isNotItsOwn(process.exitValue())
            ? Optional.of(
                "status " + process.exitValue() + "; it said: " + Trial.quoted(said.text()))
            : Optional.empty();
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted while a container ran");
      } finally {
        stop(process);
      }
    }
  }

  /** Programs end with statuses above those too: ssh with 255. */
  private static boolean isNotItsOwn(int status) {
    return NOT_BEGUN.contains(status) || KILLED.contains(status);
  }

  private ProcessBuilder builder(ImmutableList<String> arguments) {
    return new ProcessBuilder(
            ImmutableList.<String>builder()
                .add(program.toString())
                .addAll(options)
                .addAll(arguments)
                .build())
        .redirectInput(new File("/dev/null"));
  }

  private static void stop(Process process) throws IOException {
    process.destroy();
    if (!waitFor(process, GRACE_SECONDS)) {
      process.destroyForcibly();
      if (!waitFor(process, GRACE_SECONDS)) {
        throw new IOException("process " + process.pid() + " does not end, not even by SIGKILL");
      }
    }
  }

  private static boolean waitFor(Process process, int seconds) throws IOException {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new InterruptedIOException("interrupted while a container ran");
    }
  }

  /** Ends a process that says nothing for too long, so that reading from it ends. */
  private record Watchdog(Thread thread) {
    static Watchdog of(Process process, int seconds) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                  }
                } catch (InterruptedException e) {
                  return; // Cancelled: it has said what it should, or ended.
                }
              },
              "watchdog");
      thread.setDaemon(true);
      thread.start();
      return new Watchdog(thread);
    }

    void cancel() {
      thread.interrupt();
    }
  }
}
