package io.jrootfs.builder.registry;

import com.google.api.client.http.HttpResponseException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** What to tell of Jib's failures, in one sentence each. */
final class RegistryFailures {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

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
            doing + " failed: there is no such thing in " + reference.name().path(),
            failure);
      }
      if (status != 0) {
        return new RegistryAccessException(
            reference.registry(),
            doing + " failed: it answered with HTTP status " + status,
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
    String where = reference.name().path();
    return credentials.credential().isPresent()
        ? "refuses access to " + where + " with the credentials from " + credentials.origin()
        : "refuses access to "
            + where
            + " without credentials ("
            + credentials.origin()
            + "); log in with 'podman login "
            + reference.registry()
            + "' or 'docker login'";
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
