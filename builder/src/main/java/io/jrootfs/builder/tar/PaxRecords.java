package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The records of a PAX block, {@code "<length> <key>=<value>\n"} with the length counting all of it
 * (POSIX.1-2017 pax, "pax Header Block"). Values stay bytes: those of extended attributes are
 * binary.
 */
final class PaxRecords {
  static final String PATH = "path";
  static final String LINKPATH = "linkpath";
  static final String SIZE = "size";

  /** Before the name of an extended attribute; star invented it, GNU tar and Go follow. */
  static final String SCHILY_XATTR = "SCHILY.xattr.";

  /**
   * libarchive's own form: the name URL-encoded, the value in base 64. bsdtar writes both unless
   * told otherwise.
   */
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

  /**
   * Access control lists in text, by the attribute that the kernel has them in (star(4), "Extended
   * attributes", SCHILY.acl).
   */
  static final ImmutableSortedMap<String, String> ACLS =
      ImmutableSortedMap.of(
          PosixAcl.ACCESS, "SCHILY.acl.access", PosixAcl.DEFAULT, "SCHILY.acl.default");

  private static final String SPARSE_OFFSET = SparseMap.PAX_PREFIX + "offset";
  private static final String SPARSE_SIZE = SparseMap.PAX_PREFIX + "numbytes";

  /** A length has no more digits than this in any block that we would read. */
  private static final int MAX_LENGTH_DIGITS = 8;

  /** Linux: limits.h. */
  private static final int XATTR_NAME_MAX = 255;

  private static final int XATTR_SIZE_MAX = 65536;

  private PaxRecords() {}

  /**
   * The key for an extended attribute. A key ends at the first equals sign, so GNU tar writes one
   * in the attribute's name as {@code %3D}, and then a percent sign as {@code %25}.
   */
  static String xattrKey(String name) {
    return SCHILY_XATTR + name.replace("%", "%25").replace("=", "%3D");
  }

  /**
   * The extended attributes among {@code records}, by name. libarchive URL-encodes the names in
   * star's form too; where it wrote both forms under one name, its own is the one to be sure of.
   */
  static ImmutableSortedMap<String, Bytes> xattrs(Map<String, byte[]> records)
      throws BadFieldException {
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      String key = record.getKey();
      if (key.startsWith(LIBARCHIVE_XATTR)) {
        libarchive(key.substring(LIBARCHIVE_XATTR.length()), record.getValue(), xattrs);
      } else if (key.startsWith(SCHILY_XATTR)) {
        String name = key.substring(SCHILY_XATTR.length());
        if (!records.containsKey(LIBARCHIVE_XATTR + name)) {
          xattrs.put(name.replace("%3D", "=").replace("%25", "%"), record.getValue());
        }
      }
    }
    ImmutableSortedMap.Builder<String, Bytes> checked = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
      String name = xattr.getKey();
      if (name.isEmpty() || name.length() > XATTR_NAME_MAX) {
        throw new BadFieldException("extended attribute's name has " + name.length() + " letters");
      }
      checkXattrSize(name, xattr.getValue().length);
      checked.put(name, Bytes.copyOf(xattr.getValue()));
    }
    return checked.buildOrThrow();
  }

  static void checkXattrSize(String name, int size) throws BadFieldException {
    if (size > XATTR_SIZE_MAX) {
      throw new BadFieldException("extended attribute '" + name + "' is too long");
    }
  }

  private static void libarchive(String name, byte[] value, Map<String, byte[]> xattrs)
      throws BadFieldException {
    try {
      // URLDecoder makes a plus sign a space, which libarchive does not.
      String decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (decoded.indexOf('\0') >= 0) {
        throw new BadFieldException(LIBARCHIVE_XATTR + name + ": name holds a NUL byte");
      }
      // libarchive leaves the padding off.
      xattrs.put(decoded, Base64.getDecoder().decode(value));
    } catch (IllegalArgumentException e) {
      throw new BadFieldException(LIBARCHIVE_XATTR + name + " is not encoded as libarchive does");
    }
  }

  static byte[] encode(SortedMap<String, byte[]> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      byte[] key = record.getKey().getBytes(StandardCharsets.UTF_8);
      int rest = 1 + key.length + 1 + record.getValue().length + 1;
      out.writeBytes(length(rest).getBytes(StandardCharsets.US_ASCII));
      out.write(' ');
      out.writeBytes(key);
      out.write('=');
      out.writeBytes(record.getValue());
      out.write('\n');
    }
    return out.toByteArray();
  }

  /** The number that counts its own digits too. */
  private static String length(int rest) {
    int digits = 1;
    while (Integer.toString(rest + digits).length() > digits) {
      digits++;
    }
    return Integer.toString(rest + digits);
  }

  /**
   * The records in order; of several with one key the last counts. But for those of the oldest form
   * of sparse files, which repeats two keys for each part: they become the record of the next form.
   *
   * @throws BadFieldException if the block is not made of whole records
   */
  static Map<String, byte[]> decode(byte[] block) throws BadFieldException {
    Map<String, byte[]> records = new LinkedHashMap<>();
    int start = 0;
    while (start < block.length) {
      int space = indexOf(block, ' ', start, Math.min(block.length, start + MAX_LENGTH_DIGITS + 1));
      if (space <= start) {
        throw new BadFieldException("PAX record at byte " + start + " has no length");
      }
      int end = start + length(block, start, space);
      if (end <= space || end > block.length) {
        throw new BadFieldException("PAX record at byte " + start + " is longer than its block");
      }
      int equals = indexOf(block, '=', space + 1, end);
      if (equals <= space + 1 || block[end - 1] != '\n') {
        throw new BadFieldException("PAX record at byte " + start + " is not KEY=VALUE");
      }
      String key = Text.utf8(Arrays.copyOfRange(block, space + 1, equals), "PAX key");
      byte[] value = Arrays.copyOfRange(block, equals + 1, end - 1);
      if (key.equals(SPARSE_OFFSET) || key.equals(SPARSE_SIZE)) {
        records.merge(SparseMap.PAX_MAP, value, PaxRecords::joined);
      } else {
        records.put(key, value);
      }
      start = end;
    }
    return records;
  }

  private static byte[] joined(byte[] before, byte[] after) {
    byte[] both = Arrays.copyOf(before, before.length + 1 + after.length);
    both[before.length] = ',';
    System.arraycopy(after, 0, both, before.length + 1, after.length);
    return both;
  }

  private static int length(byte[] block, int start, int end) throws BadFieldException {
    int value = 0;
    for (int i = start; i < end; i++) {
      if (block[i] < '0' || block[i] > '9') {
        throw new BadFieldException("PAX record at byte " + start + " has no length");
      }
      value = value * 10 + (block[i] - '0');
    }
    return value;
  }

  private static int indexOf(byte[] block, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (block[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
