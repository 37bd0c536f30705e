package io.jrootfs.builder.debian;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.DebootstrapMessage.Severity;
import java.util.Optional;

/** From debootstrap's error codes to what our user is told. */
final class DebootstrapFailures {
  private static final String KEYRING_HINT =
      "install debian-archive-keyring or ubuntu-keyring, or name a keyring with --keyring";

  private DebootstrapFailures() {}

  /**
   * Always throws.
   *
   * @param complaints errors and warnings, in order
   * @param status of debootstrap, or of tar after it
   * @param log the last lines of everything else it said
   */
  static void report(
      BootstrapRequest request,
      ImmutableList<DebootstrapMessage> complaints,
      int status,
      ImmutableList<String> log)
      throws BootstrapException, BootstrapEnvironmentException {
    ToolFailures.reportWhatTheLogShows("debootstrap", request, log);
    Optional<DebootstrapMessage> error = Debootstrap.error(complaints);
    if (error.isPresent()) {
      request(request, error.get());
      environment(request, error.get(), complaints);
      throw ToolFailures.tool(
          "debootstrap failed on '"
              + request.suite()
              + "' with "
              + error.get().code()
              + ": "
              + error.get().text(),
          log);
    }
    for (DebootstrapMessage warning : complaints.reverse()) {
      // It tries to mount /sys, which an ordinary user's namespace does not allow, and goes on.
      if (warning.code().equals("IN_TARGET_FAIL")
          && !warning.firstArgument().contains(" mount -t ")) {
        throw new BootstrapException(
            BootstrapException.Kind.INSTALLATION,
            "packages of '"
                + request.suite()
                + "' could not be installed, this command failed: "
                + warning.firstArgument()
                + ToolFailures.tail(log));
      }
    }
    throw ToolFailures.tool(
        "debootstrap ended with status " + status + " on '" + request.suite() + "'", log);
  }

  private static void request(BootstrapRequest request, DebootstrapMessage error)
      throws BootstrapException {
    String suite = "'" + request.suite() + "'";
    switch (error.code()) {
      case "NOSCRIPT" ->
          throw new BootstrapException(
              BootstrapException.Kind.UNKNOWN_SUITE,
              "debootstrap knows no suite "
                  + suite
                  + ", it has no "
                  + error.firstArgument()
                  + "; check the spelling, or install a newer debootstrap");
      case "WRONGSUITE" ->
          throw new BootstrapException(
              BootstrapException.Kind.UNKNOWN_SUITE, "wrong suite: " + error.text());
      case "UNSUPPVARIANT" ->
          throw new BootstrapException(
              BootstrapException.Kind.UNKNOWN_VARIANT,
              "debootstrap has no variant '"
                  + request.variant().orElse("")
                  + "' of "
                  + suite
                  + "; minbase and buildd are two that it has");
      case "LEFTOVERDEBS" ->
          throw new BootstrapException(
              BootstrapException.Kind.UNKNOWN_PACKAGE,
              "suite " + suite + " has no package " + error.firstArgument() + "; check --include");
      case "MISSINGRELENTRY" ->
          throw new BootstrapException(
              BootstrapException.Kind.UNKNOWN_ARCHITECTURE,
              "the archive has no "
                  + error.firstArgument()
                  + " in suite "
                  + suite
                  + "; check --arch and --mirror");
      case "INVALIDREL" -> {
        if (error.text().contains("no valid components")) {
          throw ToolFailures.unknownComponents(request);
        }
      }
      case "NOGETRELSIG" ->
          throw badSignature(suite + " is not signed, " + error.firstArgument() + " is missing");
      case "UNKNOWNRELSIG" ->
          throw badSignature(
              suite
                  + " is signed with a key that is not in the keyring, "
                  + error.firstArgument()
                  + "; "
                  + KEYRING_HINT);
      case "BADRELSIG" ->
          throw badSignature(suite + " has an invalid signature, key " + error.firstArgument());
      case "SIGCHECK" -> throw badSignature(suite + " cannot be verified: " + error.text());
      default -> {}
    }
  }

  private static BootstrapException badSignature(String what) {
    return new BootstrapException(
        BootstrapException.Kind.BAD_SIGNATURE,
        "suite " + what + "; --no-check-gpg would take it all the same");
  }

  private static void environment(
      BootstrapRequest request,
      DebootstrapMessage error,
      ImmutableList<DebootstrapMessage> complaints)
      throws BootstrapEnvironmentException {
    switch (error.code()) {
      case "NOGETREL" ->
          throw archive(
              "cannot get "
                  + error.firstArgument()
                  + "; has the mirror this suite, is the network up?");
      case "COULDNTDL", "COULDNTDLPKGS", "INVALIDREL", "NOTPREDL", "UNKNOWNLOC" ->
          throw archive("the archive of '" + request.suite() + "' failed us: " + error.text());
      case "KEYRING" ->
          throw new BootstrapEnvironmentException(
              BootstrapEnvironmentException.Kind.MISSING_KEYRING,
              "cannot check the signature of '"
                  + request.suite()
                  + "', there is no keyring"
                  + missingKeyring(request, complaints)
                  + "; "
                  + KEYRING_HINT);
      case "NEEDWGET", "NEEDGPGV", "NO_PKGDETAILS", "UNPACKCMDUNVL", "MISSINGEXTRACTOR" ->
          throw new BootstrapEnvironmentException(
              BootstrapEnvironmentException.Kind.MISSING_TOOL,
              "debootstrap needs another program: "
                  + error.text()
                  + "; 'apt-get install wget gpgv perl zstd xz-utils' has all it may need");
      case "ARCHNOTEXEC" -> throw ToolFailures.notExecutable(request);
      case "NOEXEC" ->
          throw new BootstrapEnvironmentException(
              BootstrapEnvironmentException.Kind.DISK,
              error.text() + "; set TMPDIR to a directory of another file system");
      case "NEEDROOT" ->
          throw new BootstrapEnvironmentException(
              BootstrapEnvironmentException.Kind.PRIVILEGE,
              "debootstrap found itself without the superuser's rights: " + error.text());
      default -> {}
    }
  }

  private static BootstrapEnvironmentException archive(String sentence) {
    return new BootstrapEnvironmentException(BootstrapEnvironmentException.Kind.ARCHIVE, sentence);
  }

  private static String missingKeyring(
      BootstrapRequest request, ImmutableList<DebootstrapMessage> complaints) {
    if (request.archive().keyring().isPresent()) {
      return " " + request.archive().keyring().get();
    }
    return Joiner.on("")
        .join(
            complaints.stream()
                .filter(message -> message.severity() == Severity.WARNING)
                .filter(message -> message.code().equals("KEYRING"))
                .limit(1)
                .map(message -> " " + message.firstArgument())
                .iterator());
  }
}
