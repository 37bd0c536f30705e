package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEnvironmentException.Kind;
import java.util.Optional;

/** What both back ends fail of. */
final class ToolFailures {
  private ToolFailures() {}

  /** Some causes show in the log only, whatever the tool made of them. */
  static void reportWhatTheLogShows(
      String tool, BootstrapRequest request, ImmutableList<String> log)
      throws BootstrapEnvironmentException {
    Optional<String> full =
        log.stream().filter(line -> line.contains("No space left on device")).findFirst();
    if (full.isPresent()) {
      throw diskFull(tool, request, full.get().strip());
    }
    if (log.stream().anyMatch(line -> line.contains("Exec format error"))) {
      throw notExecutable(request);
    }
    Optional<String> refused =
        log.stream()
            .filter(line -> line.matches("(unshare|newuidmap|newgidmap|setpriv|setsid): .*"))
            .findFirst();
    if (refused.isPresent()) {
      throw new BootstrapEnvironmentException(
          Kind.PRIVILEGE,
          "cannot make namespaces for "
              + tool
              + " ("
              + refused.get()
              + "); an ordinary user needs newuidmap (package uidmap), a range in /etc/subuid and"
              + " /etc/subgid, and a kernel that lets users make namespaces");
    }
  }

  static BootstrapEnvironmentException diskFull(String tool, BootstrapRequest request, String how) {
    return new BootstrapEnvironmentException(
        Kind.DISK,
        "the disk is full, "
            + tool
            + " could not make '"
            + request.suite()
            + "' ("
            + how
            + "); free some space, or set TMPDIR to a directory with more");
  }

  /** Programs of the architecture do not run here. */
  static BootstrapEnvironmentException notExecutable(BootstrapRequest request) {
    return new BootstrapEnvironmentException(
        Kind.MISSING_TOOL,
        "this machine cannot run programs for "
            + request.architecture().orElse("the archive's architecture")
            + ", which installing its packages takes; install qemu-user-static and binfmt-support");
  }

  static BootstrapException unknownComponents(BootstrapRequest request) {
    ImmutableList<String> components = request.archive().components();
    return new BootstrapException(
        BootstrapException.Kind.UNKNOWN_COMPONENT,
        "the archive of '"
            + request.suite()
            + "' has no component "
            + (components.isEmpty() ? "main" : String.join(" or ", components))
            + "; check --components and --mirror");
  }

  static BootstrapEnvironmentException tool(String sentence, ImmutableList<String> log) {
    return new BootstrapEnvironmentException(Kind.TOOL, sentence + tail(log));
  }

  /** The lines of a log, below a sentence. */
  static String tail(ImmutableList<String> log) {
    StringBuilder text = new StringBuilder();
    if (!log.isEmpty()) {
      text.append("; the log ends with:");
      log.forEach(line -> text.append("\n  ").append(line));
    }
    return text.toString();
  }
}
