package io.jrootfs.builder.image;

/**
 * What machine an image is for, in Go's names (image-spec config.md).
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}, {@code arm64}, {@code arm}
 * @param variant such as {@code v7} for arm; empty for none
 */
public record Platform(String os, String architecture, String variant) {
  /** {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
