package io.jrootfs.builder.registry;

import java.io.IOException;

/** A registry cannot be used: not reached, not trusted, refusing, or failing on the way. */
public final class RegistryAccessException extends IOException {
  private static final long serialVersionUID = 1L;
  private final String registry;

  RegistryAccessException(String registry, String reason) {
    super("registry " + registry + ": " + reason);
    this.registry = registry;
  }

  RegistryAccessException(String registry, String reason, Throwable cause) {
    super("registry " + registry + ": " + reason, cause);
    this.registry = registry;
  }

  /** Its name, with its port if it has one. */
  public String registry() {
    return registry;
  }
}
