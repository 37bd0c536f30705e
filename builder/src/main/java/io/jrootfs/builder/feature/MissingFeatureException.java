package io.jrootfs.builder.feature;

/** The sysroot has not got what a feature consists of. */
public final class MissingFeatureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * @param request the feature
   * @param reason what is missing and what to try, to follow a colon
   */
  MissingFeatureException(FeatureRequest request, String reason) {
    super("feature '" + request + "': " + reason);
    this.feature = request.toString();
  }

  /** As it was asked for. */
  public String feature() {
    return feature;
  }
}
