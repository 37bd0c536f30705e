package io.jrootfs.builder.tar;

import com.google.common.base.Splitter;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names and link texts of an archive: bytes that must turn out to be harmless text. */
final class Text {
  /** Linux: PATH_MAX without the NUL, and NAME_MAX (limits.h); nothing longer can be made. */
  private static final int PATH_MAX_BYTES = 4095;

  private static final int NAME_MAX_BYTES = 255;

  private static final Splitter COMPONENTS = Splitter.on('/').omitEmptyStrings();

  private Text() {}

  /**
   * @param what the field, for the message
   */
  static String utf8(byte[] bytes, String what) throws BadFieldException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') >= 0) {
        throw new BadFieldException(what + " holds a NUL byte");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw new BadFieldException(what + " is not UTF-8; only UTF-8 names are supported");
    }
  }

  /**
   * The place a name means: a leading slash, {@code .} and doubled slashes do not matter, as with
   * every container engine; {@code ..} is never followed.
   *
   * @param what the field, for the message
   */
  static RootfsPath path(String name, String what) throws BadFieldException {
    checkLength(name, PATH_MAX_BYTES, what);
    StringBuilder path = new StringBuilder(name.length() + 1);
    for (String component : COMPONENTS.split(name)) {
      if (component.equals("..")) {
        throw new BadFieldException(what + " has a '..' component; it could lead out of the root");
      }
      if (!component.equals(".")) {
        checkLength(component, NAME_MAX_BYTES, "a component of the " + what);
        path.append('/').append(component);
      }
    }
    return path.length() == 0 ? RootfsPath.ROOT : RootfsPath.of(path.toString());
  }

  static String linkTarget(String target) throws BadFieldException {
    checkLength(target, PATH_MAX_BYTES, "link target");
    if (target.isEmpty()) {
      throw new BadFieldException("link target is empty");
    }
    return target;
  }

  private static void checkLength(String text, int max, String what) throws BadFieldException {
    // A character is at least one byte and at most three: most texts need no counting.
    if (text.length() > max / 3 && text.getBytes(StandardCharsets.UTF_8).length > max) {
      throw new BadFieldException(what + " is longer than " + max + " bytes");
    }
  }
}
