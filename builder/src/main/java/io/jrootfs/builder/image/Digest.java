package io.jrootfs.builder.image;

import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:<64 hex digits>} (image-spec descriptor.md, Digests).
 *
 * <p>Whether it covers a blob as stored (digest), a layer's uncompressed tar (diff ID) or a
 * configuration's JSON (image ID) is said by the component that holds it.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  /**
   * @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits
   */
  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
    }
  }

  /**
   * From the form with its algorithm.
   *
   * @throws IllegalArgumentException if it is not a well-formed SHA-256 digest; SHA-512, the only
   *     other registered algorithm, is not supported
   */
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException("not a SHA-256 digest: " + text);
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
