package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The back end mmdebstrap, which writes the system as a tar. */
final class Mmdebstrap {
  /**
   * What it says goes to the log, for when it fails, and to us. Its exit status is that of the
   * script, which the end of a pipe would hide.
   */
  private static final String SCRIPT =
      """
      log=$1 tar=$2
      shift 2
      { { mmdebstrap "$@" 3>&- 2>&1 >"$tar"; echo $? >"$log.status"; } | tee -a "$log"; }
      exit "$(cat "$log.status")"
      """;

  /** Keeps what apt downloaded, as mmdebstrap(1) shows it. */
  private static final String CACHE_IN = "mkdir -p \"$1\"/var/cache/apt/archives/";

  private static final Path MERGED_USR = Path.of("/usr/share/mmdebstrap/hooks/maybe-merged-usr");

  private final Consumer<BootstrapEvent> events;
  private final List<String> complaints = new ArrayList<>();

  private Mmdebstrap(Consumer<BootstrapEvent> events) {
    this.events = events;
  }

  /**
   * Makes the system, as a tar at {@link BootstrapSite#tar}.
   *
   * @param emulation what the system's programs are run by, if they need it
   * @param cache an existing directory that keeps packages
   * @throws BootstrapException if no machine could make it
   * @throws IOException if this one cannot
   */
  static void run(
      BootstrapRequest request,
      HostApt apt,
      Optional<Emulation> emulation,
      BootstrapSite site,
      Path cache,
      ImmutableList<String> environment,
      Consumer<BootstrapEvent> events)
      throws BootstrapException, IOException {
    Path noKeyrings = Files.createDirectories(site.noKeyrings());
    Mmdebstrap run = new Mmdebstrap(events);
    int status =
        site.run(
            emulation,
            SCRIPT,
            ImmutableList.<String>builder()
                .add(site.log().toString(), site.tar().toString())
                .addAll(arguments(request, apt, cache, noKeyrings))
                .build(),
            environment,
            run::hear);
    if (status == Emulation.NOT_REGISTERED && emulation.isPresent()) {
      throw Emulation.notRegistered(request.architecture().orElseThrow());
    }
    if (status != 0 && site.scratch().isDiskFull()) {
      throw ToolFailures.diskFull("mmdebstrap", request, site.tar() + " is on it");
    }
    if (status != 0) {
      MmdebstrapFailures.report(
          request, ImmutableList.copyOf(run.complaints), status, site.logTail(20));
    }
  }

  private static ImmutableList<String> arguments(
      BootstrapRequest request, HostApt apt, Path cache, Path noKeyrings) {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    // As an ordinary user too: we have made the namespaces.
    arguments.add("--mode=root", "--format=tar");
    arguments.add("--variant=" + request.variant().orElse("important"));
    request.architecture().ifPresent(word -> arguments.add("--architectures=" + word));
    if (request.architecture().isPresent()) {
      // Looks for what it would need with a program that may not be installed; we have seen to it.
      arguments.add("--skip=check/qemu");
    }
    Debootstrap.components(request).ifPresent(arguments::add);
    if (request.archive().keyring().isPresent()) {
      // The directory replaces the one of this system's apt. The check would find a keyring of the
      // distribution and take that, too.
      arguments.add("--keyring=" + request.archive().keyring().get(), "--keyring=" + noKeyrings);
      arguments.add("--skip=check/signed-by");
    }
    if (!request.include().isEmpty()) {
      arguments.add("--include=" + Joiner.on(',').join(request.include()));
    }
    // Removes packages that were downloaded before we can keep them, and the index before we can
    // read it.
    arguments.add("--skip=essential/unlink", "--skip=cleanup/apt/lists");
    arguments.add("--setup-hook=" + CACHE_IN);
    arguments.add("--setup-hook=sync-in " + cache + " /var/cache/apt/archives/");
    arguments.add("--customize-hook=sync-out /var/cache/apt/archives " + cache);
    if (Files.isDirectory(MERGED_USR)) {
      // What debootstrap does too: links in place of /bin and so on, not the package that moves
      // them.
      arguments.add("--hook-dir=" + MERGED_USR);
    }
    if (apt.takesOldIndexes()) {
      arguments.add("--aptopt=Acquire::Check-Valid-Until \"false\"");
    }
    if (!request.archive().checkSignatures()) {
      arguments.add("--aptopt=Acquire::AllowInsecureRepositories \"true\"");
      arguments.add("--aptopt=APT::Get::AllowUnauthenticated \"true\"");
    }
    arguments.add(request.suite(), "-");
    // It refuses what its system could not see; apt can take the files in itself.
    request
        .archive()
        .mirror()
        .map(mirror -> mirror.replaceFirst("^file:", "copy:"))
        .ifPresent(arguments::add);
    return arguments.build();
  }

  /** Its stages are notes to it; how far each is, it tells only a terminal. */
  private void hear(String line) {
    if (line.startsWith("I: ")) {
      String note = line.substring(3).strip();
      boolean isStage = note.endsWith("...") && !isCleaningUp(note);
      events.accept(isStage ? new Progress(stage(note), 0, 0) : new Note(note));
    } else if (line.startsWith("W: ")) {
      events.accept(new Warning(line.substring(3).strip()));
    }
    if (line.startsWith("W: ") || line.startsWith("E: ")) {
      complaints.add(line);
    }
  }

  /** What it does about a failure is nothing to somebody who is told of that. */
  private static boolean isCleaningUp(String note) {
    return note.startsWith("removing tempdir") || note.contains("received signal ");
  }

  private static String stage(String note) {
    return note.substring(0, note.length() - 3);
  }
}
