package io.jrootfs.runner.spec;

/** Which network the container sees. */
public enum NetworkMode {
  /** Its own, with nothing but a loopback interface. */
  NONE("none"),
  /** Its own; for now the same as {@link #NONE}. */
  PRIVATE("private"),
  /** The caller's. */
  HOST("host");

  private final String word;

  NetworkMode(String word) {
    this.word = word;
  }

  /** As users write it. */
  public String word() {
    return word;
  }

  public boolean isOwn() {
    return this != HOST;
  }
}
