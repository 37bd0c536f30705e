package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a base system is made: a temporary directory, and namespaces for what works in it.
 *
 * <p>Tools run in a mount and a pid namespace of their own, as an ordinary user also in a user
 * namespace with that user's range of /etc/subuid. However a tool ends, its mounts end with it, and
 * so does every process it left behind: the kernel kills them with the first one. {@link #close}
 * removes the directory, and so does the end of the JVM by a signal.
 */
final class BootstrapSite implements Closeable {
  /** Killed processes are gone in no time; this is for a file system that hangs. */
  private static final long PATIENCE_SECONDS = 20;

  private static final Pattern PASSED_ON =
      Pattern.compile("HOME|(http|https|ftp|all|no)_proxy", Pattern.CASE_INSENSITIVE);

  private final BootstrapHost host;
  private final Path directory;
  private final Thread onSignal;
  private Scratch scratch;
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile boolean ending;
  private @Nullable Process running;
  private @Nullable Removal removalOfRoot;

  private BootstrapSite(BootstrapHost host, Path directory, Scratch scratch) {
    this.host = host;
    this.directory = directory;
    this.scratch = scratch;
    this.onSignal = new Thread(this::endAtOnce);
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  /**
   * Makes the directory.
   *
   * @throws IOException if that fails
   */
  static BootstrapSite on(BootstrapHost host) throws IOException {
    Path directory;
    try {
      directory = Files.createTempDirectory(host.temporary(), "jbuild-base-");
    } catch (IOException e) {
      throw new IOException(
          "cannot make a directory in "
              + host.temporary()
              + " ("
              + e.getMessage()
              + "); set TMPDIR to one that can be written",
          e);
    }
    return new BootstrapSite(host, makePassable(directory), Scratch.in(directory, host));
  }

  /** To pass through, for the user _apt that apt takes on. */
  static Path makePassable(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  Scratch scratch() {
    return scratch;
  }

  /**
   * Goes back to the beginning, on the disk.
   *
   * @throws IOException if what was said until now cannot be forgotten
   */
  void moveToDisk() throws IOException {
    scratch = scratch.onDisk();
    Files.deleteIfExists(tar());
    Files.deleteIfExists(log());
  }

  /** The system as one tar. */
  Path tar() {
    return directory.resolve("base.tar");
  }

  /** Keeps packages for this build only. */
  Path packages() {
    return directory.resolve("packages");
  }

  /** Packages that are locked, as an archive. */
  Path archive() {
    return directory.resolve("archive");
  }

  /** Stays empty. */
  Path noKeyrings() {
    return directory.resolve("no-keyrings");
  }

  /** The tree to look for programs in. */
  Path unpacked() {
    return directory.resolve("unpacked");
  }

  /** All that a tool says and nobody reads unless it fails. */
  Path log() {
    return directory.resolve("log");
  }

  /**
   * Runs a shell script to its end, in the namespaces.
   *
   * @param emulation what programs of another machine need; a user namespace, even for root
   * @param script its standard error goes to the log
   * @param arguments {@code $1} and so on
   * @param lines gets each line of its standard output
   * @return its exit status
   */
  int run(
      Optional<Emulation> emulation,
      String script,
      ImmutableList<String> arguments,
      ImmutableList<String> environment,
      Consumer<String> lines)
      throws IOException {
    boolean mapsUsers = emulation.isPresent() && host.root();
    ImmutableList.Builder<String> command =
        ImmutableList.<String>builder()
            // Out of reach of the terminal's ^C: we end it, in our order.
            .add("setsid")
            // And if we are killed, so is it.
            .add("setpriv", "--pdeathsig", "KILL");
    if (mapsUsers) {
      command.addAll(UserMapping.COMMAND);
    }
    command.addAll(namespaces()).add("--mount", "--pid", "--fork", "--kill-child");
    String emulator = emulation.isPresent() ? Emulation.PRELUDE : "";
    command.add("sh", "-uc", scratch.prelude() + emulator + script, "sh");
    command.addAll(scratch.arguments());
    emulation.map(Emulation::registration).ifPresent(command::add);
    Process process = start(command.addAll(arguments).build(), environment, mapsUsers);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      if (mapsUsers) {
        UserMapping.mapAll(process, reader);
      }
      reader.lines().forEach(lines);
      int status = process.waitFor();
      awaitEndOfJvmIfEnding();
      scratch.check(status);
      return status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + arguments, e);
    } finally {
      process.destroyForcibly();
    }
  }

  private ImmutableList<String> namespaces() {
    return host.root()
        ? ImmutableList.of("unshare")
        : ImmutableList.of("unshare", "--user", "--map-root-user", "--map-auto");
  }

  private synchronized Process start(
      ImmutableList<String> command, ImmutableList<String> environment, boolean withInput)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(host.command(command))
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
    if (!withInput) {
      builder.redirectInput(Path.of("/dev/null").toFile());
    }
    builder.environment().clear();
    // Scripts of packages see these, so whatever else is set here must not reach them.
    host.environment()
        .forEach(
            (name, value) -> {
              if (PASSED_ON.matcher(name).matches()) {
                builder.environment().put(name, value);
              }
            });
    builder.environment().put("PATH", Joiner.on(':').join(host.path()));
    builder.environment().put("TMPDIR", scratch.directory().toString());
    // Messages that are matched, and files that are sorted, must not depend on who builds.
    builder.environment().put("LC_ALL", "C");
    for (String variable : environment) {
      int equals = variable.indexOf('=');
      builder.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    running = builder.start();
    return running;
  }

  /** While the JVM ends there is nobody to tell that the tool failed, since we killed it. */
  private void awaitEndOfJvmIfEnding() throws InterruptedException {
    if (ending) {
      never.await();
    }
  }

  /** The last lines of the log, oldest first, without empty ones. */
  ImmutableList<String> logTail(int count) throws IOException {
    Deque<String> tail = new ArrayDeque<>();
    if (Files.exists(log())) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(log()), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (!line.isBlank()) {
            tail.addLast(line);
          }
          if (tail.size() > count) {
            tail.removeFirst();
          }
        }
      }
    }
    return ImmutableList.copyOf(tail);
  }

  /**
   * Begins to remove what the tool made, which as an ordinary user belongs to others in part.
   * {@link #close} waits for the end of it: a disk takes as long to remove thousands of files as we
   * take to make the image.
   *
   * @throws IOException if it cannot begin
   */
  void beginToRemoveRoot() throws IOException {
    removalOfRoot = Removal.begin(host, scratch.root(), namespaces());
  }

  @Override
  public void close() throws IOException {
    if (removalOfRoot != null) {
      removalOfRoot.await();
    }
    remove(directory);
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // The JVM is ending; the hook finds nothing to remove.
      return;
    }
  }

  private void endAtOnce() {
    ending = true;
    try {
      Process process = current();
      if (process != null) {
        List<ProcessHandle> first = process.children().toList();
        process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        // The first process of a pid namespace is gone when all others are (pid_namespaces(7)).
        for (ProcessHandle handle : first) {
          handle.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
      }
      remove(directory);
    } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
      // There is nobody left to tell.
      return;
    }
  }

  private synchronized @Nullable Process current() {
    return running;
  }

  private void remove(Path doomed) throws IOException {
    if (Files.exists(doomed, LinkOption.NOFOLLOW_LINKS)) {
      Removal.begin(host, doomed, namespaces()).await();
    }
  }
}
