package io.jrootfs.runner.state;

import com.google.common.io.BaseEncoding;
import java.security.SecureRandom;

/** What a container is called by machines: nothing else ever is. */
public final class ContainerId {
  private static final int BYTES = 32;

  /** As many digits as people want to see. */
  private static final int SHORT = 12;

  private ContainerId() {}

  /** 64 hexadecimal digits, chosen at random. */
  public static String random() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return BaseEncoding.base16().lowerCase().encode(random);
  }

  /** The beginning, 12 digits. */
  public static String shortened(String id) {
    return id.substring(0, SHORT);
  }
}
