package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.DebootstrapMessage.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The back end debootstrap, run in its machine-readable mode. */
final class Debootstrap {
  /**
   * The system as a tar is made in the same namespaces, where an ordinary user's files have the
   * owners that they shall have. What debootstrap downloaded stays out. Nothing of a system that is
   * half made survives a crash, so dpkg need not wait for the disk after each file.
   */
  private static final String SCRIPT =
      """
      log=$1 root=$2 tar=$3
      shift 3
      umask 022
      mkdir -p "$root/etc/dpkg/dpkg.cfg.d" || exit
      echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/jbuild-unsafe-io" || exit
      debootstrap --debian-installer "$@" 3>&1 >>"$log" 2>&1 || exit
      exec tar --create --file="$tar" --directory="$root" --one-file-system --numeric-owner \\
        --format=posix --pax-option=delete=atime,delete=ctime,delete=mtime \\
        --xattrs --xattrs-include='*' --exclude='./var/cache/apt/archives/*.deb' .
      """;

  /** Other warnings lead to an error, or tell that a user namespace is no full system. */
  private static final ImmutableSet<String> MATTERS_LATER =
      ImmutableSet.of("CORRUPTFILE", "KEYRING", "RETRYING", "SANITYCHECK", "SHA_SIZE");

  private final Consumer<BootstrapEvent> events;
  private final List<DebootstrapMessage> complaints = new ArrayList<>();
  private String stage = "";

  private Debootstrap(Consumer<BootstrapEvent> events) {
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
      Optional<Emulation> emulation,
      BootstrapSite site,
      Path cache,
      ImmutableList<String> environment,
      Consumer<BootstrapEvent> events)
      throws BootstrapException, IOException {
    Debootstrap run = new Debootstrap(events);
    DebootstrapParser parser = new DebootstrapParser(run::hear);
    int status =
        site.run(
            emulation,
            SCRIPT,
            ImmutableList.<String>builder()
                .add(site.log().toString(), site.scratch().root().toString(), site.tar().toString())
                .addAll(arguments(request, cache, site.scratch().root()))
                .build(),
            environment,
            parser::accept);
    parser.end();
    if (status == Emulation.NOT_REGISTERED && emulation.isPresent()) {
      throw Emulation.notRegistered(request.architecture().orElseThrow());
    }
    if (status != 0 && site.scratch().isDiskFull()) {
      throw ToolFailures.diskFull("debootstrap", request, site.tar() + " is on it");
    }
    if (status != 0) {
      ImmutableList<String> log = site.logTail(20);
      if (error(run.complaints).isEmpty()) {
        // Before it has read all its options, it says what is wrong with them to the log.
        log.forEach(parser::accept);
        parser.end();
      }
      DebootstrapFailures.report(request, ImmutableList.copyOf(run.complaints), status, log);
    }
    site.beginToRemoveRoot();
  }

  private static ImmutableList<String> arguments(BootstrapRequest request, Path cache, Path root) {
    ImmutableList.Builder<String> arguments = ImmutableList.builder();
    // Without the first, an archive whose keyring is not installed is not checked at all.
    arguments.add(request.archive().checkSignatures() ? "--force-check-gpg" : "--no-check-gpg");
    arguments.add("--cache-dir=" + cache);
    request.variant().ifPresent(variant -> arguments.add("--variant=" + variant));
    request.architecture().ifPresent(architecture -> arguments.add("--arch=" + architecture));
    components(request).ifPresent(arguments::add);
    request.archive().keyring().ifPresent(keyring -> arguments.add("--keyring=" + keyring));
    if (!request.include().isEmpty()) {
      arguments.add("--include=" + Joiner.on(',').join(request.include()));
    }
    arguments.add(request.suite(), root.toString());
    request.archive().mirror().ifPresent(arguments::add);
    return arguments.build();
  }

  /** The word that both tools have for it. */
  static Optional<String> components(BootstrapRequest request) {
    ImmutableList<String> components = request.archive().components();
    return components.isEmpty()
        ? Optional.empty()
        : Optional.of("--components=" + Joiner.on(',').join(components));
  }

  private void hear(DebootstrapMessage message) {
    switch (message.severity()) {
      case PROGRESS -> progress(message).ifPresent(events);
      case INFORMATION -> events.accept(new Note(message.text()));
      case WARNING -> {
        complaints.add(message);
        events.accept(
            MATTERS_LATER.contains(message.code())
                ? new Warning(message.text())
                : new Note(message.text()));
      }
      case ERROR -> complaints.add(message);
    }
  }

  private Optional<BootstrapEvent> progress(DebootstrapMessage message) {
    List<String> words = Splitter.on(' ').splitToList(message.code());
    Long done = words.size() < 2 ? null : Longs.tryParse(words.get(0));
    Long total = words.size() < 2 ? null : Longs.tryParse(words.get(1));
    if (done == null || total == null || done < 0 || total < done) {
      return Optional.empty();
    }
    if (!message.format().isEmpty()) {
      stage = message.text();
    }
    return Optional.of(new Progress(stage, done, total));
  }

  /** What has the word to end with, if there is one. */
  static Optional<DebootstrapMessage> error(List<DebootstrapMessage> complaints) {
    return Lists.reverse(complaints).stream()
        .filter(message -> message.severity() == Severity.ERROR)
        .findFirst();
  }
}
