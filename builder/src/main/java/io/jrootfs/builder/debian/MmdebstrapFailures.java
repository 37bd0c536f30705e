package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;

/** From what mmdebstrap and its apt print to what our user is told. */
final class MmdebstrapFailures {
  private MmdebstrapFailures() {}

  /** Always throws. */
  static void report(
      BootstrapRequest request,
      ImmutableList<String> complaints,
      int status,
      ImmutableList<String> log)
      throws BootstrapException, BootstrapEnvironmentException {
    ToolFailures.reportWhatTheLogShows("mmdebstrap", request, log);
    for (String line : complaints) {
      String complaint = line.replaceFirst("[.]$", "");
      if (request.archive().checkSignatures()) {
        // Else apt warns of it all the same.
        signature(request, complaint);
      }
      archive(request, complaint);
      packages(request, complaint);
    }
    throw ToolFailures.tool(
        "mmdebstrap ended with status " + status + " on '" + request.suite() + "'", log);
  }

  private static void signature(BootstrapRequest request, String complaint)
      throws BootstrapException {
    if (complaint.contains("NO_PUBKEY")
        || complaint.contains("is not signed")
        || complaint.contains("BADSIG")
        || complaint.contains("signatures couldn't be verified")
        || complaint.contains("signatures were invalid")) {
      throw new BootstrapException(
          BootstrapException.Kind.BAD_SIGNATURE,
          "suite '"
              + request.suite()
              + "' is not signed by a key of the keyring: "
              + complaint.substring(3)
              + "; install the distribution's keyring or name one with --keyring, or"
              + " --no-check-gpg takes it all the same");
    }
  }

  private static void archive(BootstrapRequest request, String complaint)
      throws BootstrapException, BootstrapEnvironmentException {
    if (complaint.contains("does not have a Release file")) {
      throw new BootstrapException(
          BootstrapException.Kind.UNKNOWN_SUITE,
          "the archive has no suite '" + request.suite() + "': " + complaint.substring(3));
    }
    if (complaint.contains("did not find any indices")) {
      throw ToolFailures.unknownComponents(request);
    }
    if (complaint.contains("Failed to fetch")
        || complaint.contains("Could not resolve")
        || complaint.contains("Could not connect")) {
      throw new BootstrapEnvironmentException(
          BootstrapEnvironmentException.Kind.ARCHIVE,
          "the archive of '"
              + request.suite()
              + "' cannot be read; is the mirror right, is the network up? "
              + complaint.substring(3));
    }
  }

  private static void packages(BootstrapRequest request, String complaint)
      throws BootstrapException, BootstrapEnvironmentException {
    if (complaint.contains("Unable to locate package")
        || complaint.contains("has no installation candidate")) {
      throw new BootstrapException(
          BootstrapException.Kind.UNKNOWN_PACKAGE,
          "suite '"
              + request.suite()
              + "' lacks a package: "
              + complaint.substring(3)
              + "; check --include");
    }
    if (complaint.contains("can neither be executed natively")) {
      throw ToolFailures.notExecutable(request);
    }
    if (complaint.contains("unknown variant") || complaint.contains("invalid variant")) {
      throw new BootstrapException(
          BootstrapException.Kind.UNKNOWN_VARIANT,
          "mmdebstrap has no variant '" + request.variant().orElse("") + "'");
    }
  }
}
