package io.jrootfs.builder.text;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Names of files are bytes to kernel and loaders. As text they are UTF-8; a byte that is not stands
 * as one of U+DC80 to U+DCFF, which UTF-8 never gives, so that no two names are one (as in Python,
 * PEP 383).
 */
public final class FileNames {
  private static final char REPLACEMENT = '\ufffd';
  private static final int ESCAPE = 0xdc00;

  private FileNames() {}

  /** The text of some bytes. */
  public static String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** The text of {@code length} bytes from {@code from} on. */
  public static String decode(byte[] bytes, int from, int length) {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0
        ? text
        : exact(ByteBuffer.wrap(bytes, from, length).slice());
  }

  private static String exact(ByteBuffer bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CoderResult result = decoder.decode(bytes, text, /* endOfInput= */ true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        text.put((char) (ESCAPE + Byte.toUnsignedInt(bytes.get())));
      }
      result = decoder.reset().decode(bytes, text, /* endOfInput= */ true);
    }
    return text.flip().toString();
  }

  /** Whether every byte of a name is UTF-8. */
  public static boolean isUtf8(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (isEscape(name, i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a byte that is not UTF-8 stands at {@code index}. */
  static boolean isEscape(String name, int index) {
    char c = name.charAt(index);
    return c >= ESCAPE + 0x80
        && c <= ESCAPE + 0xff
        && (index == 0 || !Character.isHighSurrogate(name.charAt(index - 1)));
  }

  /**
   * The file of a name.
   *
   * @param directory an absolute path
   * @param name below it
   * @throws java.nio.file.InvalidPathException if it is UTF-8 that the locale cannot express
   */
  public static Path in(Path directory, String name) {
    return isUtf8(name) ? directory.resolve(name) : exactly(directory, name);
  }

  /** From text the JDK makes no such path, from a URI it does. */
  private static Path exactly(Path directory, String name) {
    StringBuilder uri = new StringBuilder(directory.toUri().toString());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '/') {
        uri.append('/');
      } else if (isEscape(name, i)) {
        percent(uri, name.charAt(i) - ESCAPE);
      } else {
        int end = name.offsetByCodePoints(i, 1);
        for (byte each : name.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
          percent(uri, Byte.toUnsignedInt(each));
        }
        i = end - 1;
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  private static void percent(StringBuilder uri, int value) {
    uri.append(String.format("%%%02X", value));
  }

  /** The text of a path, of which {@link Path#toString} keeps only what the locale can express. */
  public static String of(Path path) {
    String text = path.toString();
    return text.indexOf(REPLACEMENT) < 0 ? text : exact(path);
  }

  private static String exact(Path path) {
    String raw = Path.of("/").resolve(path).toUri().getRawPath();
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      boolean isEscaped = raw.charAt(i) == '%';
      bytes[length++] =
          (byte) (isEscaped ? Integer.parseInt(raw, i + 1, i + 3, 16) : raw.charAt(i));
      i += isEscaped ? 2 : 0;
    }
    String absolute = decode(bytes, 0, length);
    // The root was put before a relative path, and a slash behind a directory.
    String text = path.isAbsolute() ? absolute : absolute.substring(1);
    return text.length() > 1 && text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
