package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEnvironmentException.Kind;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Which program makes the system, and what both of them need. */
final class Backends {
  /** Programs of util-linux, which Debian and Ubuntu never lack, and of tar. */
  private static final ImmutableList<String> ALWAYS =
      ImmutableList.of("setsid", "setpriv", "unshare", "tar");

  private Backends() {}

  /**
   * Makes the system, as a tar at {@link BootstrapSite#tar}.
   *
   * @throws BootstrapException if no machine could make it
   * @throws IOException if this one cannot
   */
  static void run(
      BootstrapRequest request,
      BootstrapHost host,
      BootstrapSite site,
      Path cache,
      long sourceDate,
      Consumer<BootstrapEvent> events)
      throws BootstrapException, IOException {
    Tool tool = tool(request, host);
    for (String program : ALWAYS) {
      if (host.program(program).isEmpty()) {
        throw missing(program, program.equals("tar") ? "tar" : "util-linux");
      }
    }
    if (!host.root() && host.program("newuidmap").isEmpty()) {
      throw missing("newuidmap", "uidmap");
    }
    if (request.archive().keyring().isPresent()
        && !Files.isReadable(request.archive().keyring().get())) {
      throw new BootstrapEnvironmentException(
          Kind.MISSING_KEYRING,
          "the keyring " + request.archive().keyring().get() + " is not there, or cannot be read");
    }
    BootstrapRequest settled =
        request.archive().mirror().isPresent()
            ? request
            : request.withMirror(AptSources.of(host).mirror(request.suite()));
    HostApt apt = HostApt.of(host);
    Optional<Emulation> emulation = Emulation.of(settled, host);
    ImmutableList<String> environment =
        environment(host, !host.root() || emulation.isPresent(), apt, sourceDate);
    Work work =
        () -> {
          if (tool == Tool.MMDEBSTRAP) {
            Mmdebstrap.run(settled, apt, emulation, site, cache, environment, events);
          } else {
            Debootstrap.run(settled, emulation, site, cache, environment, events);
          }
        };
    try {
      work.run();
    } catch (BootstrapEnvironmentException e) {
      if (e.kind() != Kind.MEMORY && !(e.kind() == Kind.DISK && site.scratch().hasMoreDisk())) {
        throw e;
      }
      events.accept(
          new Warning(
              "the system could not be made in "
                  + (site.scratch().memory() >> 20)
                  + " MiB of memory; it is made again, on the disk"));
      site.moveToDisk();
      work.run();
    }
  }

  /** What one of the tools does. */
  private interface Work {
    void run() throws BootstrapException, IOException;
  }

  /** The program that does the work, which must be there. */
  static Tool tool(BootstrapRequest request, BootstrapHost host)
      throws BootstrapEnvironmentException {
    boolean hasMmdebstrap = host.program("mmdebstrap").isPresent();
    Tool tool = request.tool();
    if (tool == Tool.AUTO) {
      tool = hasMmdebstrap ? Tool.MMDEBSTRAP : Tool.DEBOOTSTRAP;
    }
    if (tool == Tool.MMDEBSTRAP && !hasMmdebstrap) {
      throw missing("mmdebstrap", "mmdebstrap");
    }
    if (tool == Tool.DEBOOTSTRAP && host.program("debootstrap").isEmpty()) {
      throw missing("debootstrap", "debootstrap");
    }
    return tool;
  }

  private static BootstrapEnvironmentException missing(String program, String debianPackage) {
    return new BootstrapEnvironmentException(
        Kind.MISSING_TOOL,
        "--debootstrap needs the program "
            + program
            + ", which is not in PATH, /usr/sbin or /sbin; 'apt-get install "
            + debianPackage
            + "' brings it");
  }

  private static ImmutableList<String> environment(
      BootstrapHost host, boolean inUserNamespace, HostApt apt, long sourceDate) {
    ImmutableList.Builder<String> environment = ImmutableList.builder();
    if (inUserNamespace) {
      // Tells debootstrap to bind devices, which in a user namespace nobody may make.
      environment.add("container=lxc");
    }
    if (!host.environment().containsKey("http_proxy")) {
      apt.proxy().ifPresent(proxy -> environment.add("http_proxy=" + proxy));
    }
    // A day 0 in /etc/shadow means that the password must be changed (shadow(5)).
    environment.add("SOURCE_DATE_EPOCH=" + Math.max(sourceDate, BaseCleaning.SECONDS_OF_A_DAY));
    return environment.build();
  }
}
