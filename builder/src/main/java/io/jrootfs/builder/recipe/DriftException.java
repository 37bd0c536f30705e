package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;

/** What would be built is not what was locked. */
public final class DriftException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ImmutableList<String> drift;

  /**
   * @param drift what differs, each as a clause
   * @param told how many of them the message tells
   */
  DriftException(Path lock, ImmutableList<String> drift, int told) {
    super(
        lock
            + ": the build would not be what is locked: "
            + String.join("; ", drift.subList(0, Math.min(told, drift.size())))
            + (drift.size() > told ? "; and " + (drift.size() - told) + " more" : "")
            + "; 'jbuild lock' accepts that");
    this.drift = drift;
  }

  /** Everything that differs. */
  public ImmutableList<String> drift() {
    return drift;
  }
}
