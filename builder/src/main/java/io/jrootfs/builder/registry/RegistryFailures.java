package io.jrootfs.builder.registry;

import com.google.api.client.http.HttpResponseException;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** What to tell of Jib's failures, in one sentence each. */
final class RegistryFailures {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_OF_ITS_OWN_FAULTS = 500;

  private final RegistryReference reference;
  private final RegistryCredentials credentials;

  RegistryFailures(RegistryReference reference, RegistryCredentials credentials) {
    this.reference = reference;
    this.credentials = credentials;
  }

  /** Whether there is no such thing, rather than a failure to get it. */
  static boolean isNotFound(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (status(cause) == NOT_FOUND) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param doing what failed, as in {@code pushing the manifest}
   */
  IOException explained(String doing, Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryAccessException known) {
        return known;
      }
      if (cause instanceof FileSystemException ours) {
        return ours;
      }
      int status = status(cause);
      if (status == UNAUTHORIZED || status == FORBIDDEN) {
        return new RegistryAccessException(reference.registry(), refused(), failure);
      }
      if (status == NOT_FOUND) {
        return new RegistryAccessException(
            reference.registry(),
            doing + " failed: there is no such thing as " + reference + "; " + whereElse(),
            failure);
      }
      if (status != 0) {
        return new RegistryAccessException(
            reference.registry(),
            doing + " failed: it answered with HTTP status " + status + remedy(status),
            failure);
      }
    }
    return new RegistryAccessException(
        reference.registry(), doing + " failed: " + reason(failure), failure);
  }

  private static int status(Throwable cause) {
    if (cause instanceof ResponseException response) {
      return response.getStatusCode();
    }
    if (cause instanceof RegistryUnauthorizedException refused) {
      return refused.getHttpResponseException().getStatusCode();
    }
    return cause instanceof HttpResponseException response ? response.getStatusCode() : 0;
  }

  private String refused() {
    String where = "refuses access to " + reference.name().path();
    Optional<Credential> credential = credentials.credential();
    if (credential.isEmpty()) {
      return where + " without credentials (" + credentials.origin() + "); " + logIn();
    }
    String whose =
        credential.get().isOAuth2RefreshToken()
            ? "a token"
            : "those of '" + credential.get().getUsername() + "'";
    return where
        + " with the credentials from "
        + credentials.origin()
        + ", "
        + whose
        + "; ask its owner for access if those are right, or "
        + logIn()
        + " again";
  }

  private String logIn() {
    return "log in with 'podman login "
        + reference.registry()
        + "' or 'docker login "
        + reference.registry()
        + "'";
  }

  /** A registry that hides what somebody may not see says the same of it as of what is not. */
  private String whereElse() {
    return credentials.credential().isPresent()
        ? "check the name, and whether the credentials from " + credentials.origin() + " may see it"
        : "check the name, or " + logIn() + " if it is private";
  }

  private String remedy(int status) {
    if (status == TOO_MANY_REQUESTS) {
      return ", too many requests; try again later"
          + (credentials.credential().isPresent()
              ? ""
              : ", or " + logIn() + ", as many allow more to those they know");
    }
    return status >= FIRST_OF_ITS_OWN_FAULTS
        ? ", so it is overloaded or broken; try again later"
        : "";
  }

  /** Jib's own exceptions repeat their cause in many words; the innermost one says it shortest. */
  private static String reason(Exception failure) {
    Throwable innermost = failure;
    while (innermost instanceof RegistryException && innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    String text = message == null ? innermost.getClass().getSimpleName() : message;
    return text.lines().findFirst().orElse("no reason given");
  }
}
