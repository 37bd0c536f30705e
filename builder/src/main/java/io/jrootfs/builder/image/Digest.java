package io.jrootfs.builder.image;

import com.google.common.io.BaseEncoding;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:<64 hex digits>} (image-spec descriptor.md, Digests).
 *
 * <p>Whether it covers a blob as stored (digest), a layer's uncompressed tar (diff ID) or a
 * configuration's JSON (image ID) is said by the component that holds it.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
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

  /** The digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    return finish(begin(bytes));
  }

  /** The computation of a digest, to be fed and then given to {@link #finish}. */
  static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static MessageDigest begin(byte[] bytes) {
    MessageDigest computation = begin();
    computation.update(bytes);
    return computation;
  }

  /** The digest of everything fed to {@code computation}, which is reset. */
  static Digest finish(MessageDigest computation) {
    return new Digest(BaseEncoding.base16().lowerCase().encode(computation.digest()));
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
