package io.jrootfs.builder.dpkg;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableSortedSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code status} of dpkg's database; see deb822(5) and dpkg-query(1). One pass over the
 * text, which has tens of thousands of lines: only those of a few fields become values.
 */
final class DpkgStatus {
  /** Asked for once a line, and values() makes a copy. */
  private static final Field[] FIELDS = Field.values();

  private final String file;
  private final byte[] bytes;

  private final Map<Field, String> fields = new EnumMap<>(Field.class);
  private final ImmutableSortedSet.Builder<DpkgPackage> packages =
      ImmutableSortedSet.naturalOrder();

  private enum Field {
    PACKAGE,
    STATUS,
    ARCHITECTURE,
    VERSION,
    SOURCE
  }

  private DpkgStatus(String file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /**
   * The packages whose files are there, even if they are not configured yet.
   *
   * @param file where the bytes are from, for messages
   * @throws IOException if dpkg could not read it either: it names the line
   */
  static ImmutableSortedSet<DpkgPackage> packages(String file, byte[] bytes) throws IOException {
    return new DpkgStatus(file, bytes).read();
  }

  private ImmutableSortedSet<DpkgPackage> read() throws IOException {
    int first = 0; // of the paragraph
    int line = 1;
    for (int at = 0; at < bytes.length; line++) {
      int end = at;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (isBlank(at, end)) {
        addPackage(first, at, line);
        first = end + 1;
      } else {
        readLine(first, at, end, line);
      }
      at = end + 1;
    }
    addPackage(first, bytes.length, line);
    return packages.build();
  }

  private boolean isBlank(int at, int end) {
    for (int i = at; i < end; i++) {
      if (!isSpace(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  /** A line that continues a field says nothing that is wanted here. */
  private void readLine(int first, int at, int end, int line) throws IOException {
    if (isSpace(bytes[at])) {
      if (at == first) {
        throw damaged("line " + line + " continues a field, and there is none before it");
      }
      return;
    }
    int nameEnd = at;
    while (nameEnd < end && bytes[nameEnd] != ':' && !isSpace(bytes[nameEnd])) {
      nameEnd++;
    }
    int colon = nameEnd;
    while (colon < end && isSpace(bytes[colon])) {
      colon++;
    }
    if (colon == end || bytes[colon] != ':' || nameEnd == at) {
      throw damaged("line " + line + " is no field with a colon behind its name");
    }
    Field field = field(at, nameEnd - at);
    if (field != null) {
      fields.put(field, value(colon + 1, end));
    }
  }

  private String value(int from, int end) {
    return new String(bytes, from, end - from, StandardCharsets.UTF_8).strip();
  }

  /** Names of fields are the same in every case. */
  private @Nullable Field field(int at, int length) {
    for (Field field : FIELDS) {
      if (field.name().length() == length && isNamed(field.name(), at)) {
        return field;
      }
    }
    return null;
  }

  private boolean isNamed(String upperCase, int at) {
    for (int i = 0; i < upperCase.length(); i++) {
      if (Ascii.toUpperCase((char) bytes[at + i]) != upperCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void addPackage(int first, int end, int line) throws IOException {
    if (first >= end) {
      return;
    }
    String name = fields.getOrDefault(Field.PACKAGE, "");
    String version = fields.getOrDefault(Field.VERSION, "");
    if (!isLegal(name)) {
      throw damaged("the paragraph up to line " + (line - 1) + " names no package: '" + name + "'");
    }
    String status = fields.getOrDefault(Field.STATUS, "");
    if (version.isEmpty() && hasVersion(status)) {
      throw damaged("the paragraph of " + name + ", up to line " + (line - 1) + ", has no version");
    }
    if (DpkgPackage.hasFiles(status) && !version.isEmpty()) {
      packages.add(
          new DpkgPackage(
              name,
              fields.getOrDefault(Field.ARCHITECTURE, ""),
              version,
              DpkgPackage.sourceName(fields.getOrDefault(Field.SOURCE, ""), name),
              value(first, end)));
    }
    fields.clear();
  }

  /** What dpkg lets through: pkg_name_is_illegal() of its lib/dpkg/parsehelp.c. */
  private static boolean isLegal(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isAlphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!isAlphanumeric && (i == 0 || "+._-".indexOf(c) < 0)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /**
   * Whether a package in that state must have one: pkg_parse_verify() of dpkg's lib/dpkg/parse.c.
   */
  private static boolean hasVersion(String status) {
    return !status.isEmpty()
        && !status.endsWith("not-installed")
        && !status.endsWith("half-installed");
  }

  private IOException damaged(String what) {
    return new IOException(file + " is damaged: " + what + ", so dpkg cannot read it either");
  }
}
