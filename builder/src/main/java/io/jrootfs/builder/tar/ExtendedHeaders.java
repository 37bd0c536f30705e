package io.jrootfs.builder.tar;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What entries before an entry say about it: PAX blocks for one entry or for all that follow, and
 * GNU's long names.
 */
final class ExtendedHeaders {
  /**
   * In bytes, of one block. Linux allows 64 KiB for one extended attribute and 64 KiB for all on
   * most file systems.
   */
  static final int MAX_SIZE = 1 << 20;

  /** Sizes and places differ from what the header says when this is there: star's sparse files. */
  private static final String SCHILY_REALSIZE = "SCHILY.realsize";

  /** One of these for all entries would make them one. */
  private static final Set<String> NOT_GLOBAL =
      Set.of(PaxRecords.PATH, PaxRecords.LINKPATH, PaxRecords.SIZE);

  /** Global headers add up; nobody needs many. */
  private static final int MAX_GLOBAL_RECORDS = 1000;

  private final Map<String, byte[]> global = new HashMap<>();

  /**
   * What global records say is for every entry after them, so it is read once and shared: a list of
   * a megabyte before a hundred thousand entries would fill any memory otherwise.
   */
  private final Map<String, PosixAcl> globalAcls = new HashMap<>();

  private @Nullable ImmutableSortedMap<String, Bytes> globalXattrs;
  private Map<String, byte[]> local = Map.of();
  private byte @Nullable [] longName;
  private byte @Nullable [] longLink;
  private final Set<Character> pending = new HashSet<>();

  static boolean isExtended(char type) {
    return type == TypeFlag.PAX_HEADER
        || type == TypeFlag.PAX_GLOBAL_HEADER
        || type == TypeFlag.GNU_LONG_NAME
        || type == TypeFlag.GNU_LONG_LINK;
  }

  /** Forgets everything that was for one entry. */
  void reset() {
    local = Map.of();
    longName = null;
    longLink = null;
    pending.clear();
  }

  /** Takes in the content of an entry of one of our types. */
  void accept(char type, byte[] body) throws BadFieldException {
    if (type == TypeFlag.PAX_GLOBAL_HEADER) {
      acceptGlobal(body);
      return;
    }
    if (!pending.add(type)) {
      throw new BadFieldException("two extended headers of type '" + type + "' for one entry");
    }
    switch (type) {
      case TypeFlag.PAX_HEADER -> {
        local = PaxRecords.decode(body);
        checkSupported(local);
      }
      case TypeFlag.GNU_LONG_NAME -> longName = withoutTrailingNuls(body);
      default -> longLink = withoutTrailingNuls(body);
    }
  }

  private void acceptGlobal(byte[] body) throws BadFieldException {
    Map<String, byte[]> records = PaxRecords.decode(body);
    checkSupported(records);
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      if (NOT_GLOBAL.contains(record.getKey())
          || record.getKey().startsWith(SparseMap.PAX_PREFIX)) {
        throw new BadFieldException(
            "'" + record.getKey() + "' in a global PAX header would apply to every entry");
      }
    }
    global.putAll(records);
    globalAcls.clear();
    globalXattrs = null;
    if (global.size() > MAX_GLOBAL_RECORDS) {
      throw new BadFieldException("more than " + MAX_GLOBAL_RECORDS + " global PAX records");
    }
  }

  private static void checkSupported(Map<String, byte[]> records) throws BadFieldException {
    for (String key : records.keySet()) {
      if (key.equals(SCHILY_REALSIZE)) {
        throw new BadFieldException(
            "sparse files in star's form are not supported ("
                + key
                + "); write the archive without -sparse");
      }
    }
  }

  /** A long name must not be waiting for its entry when the archive ends. */
  void checkNonePending() throws BadFieldException {
    if (!pending.isEmpty()) {
      throw new BadFieldException("the archive ends after an extended header");
    }
  }

  /** The value that is in force for this entry; null if there is none. An empty one unsets. */
  byte @Nullable [] get(String key) {
    byte[] value = local.containsKey(key) ? local.get(key) : global.get(key);
    return value == null || value.length == 0 ? null : value;
  }

  /** The access control list that is in force for this entry; null if there is none. */
  @Nullable PosixAcl acl(String key) throws BadFieldException {
    byte[] text = get(key);
    PosixAcl known = local.containsKey(key) ? null : globalAcls.get(key);
    if (text == null || known != null) {
      return known;
    }
    PosixAcl acl = PosixAcl.parse(Text.utf8(text, key));
    if (!local.containsKey(key)) {
      globalAcls.put(key, acl);
    }
    return acl;
  }

  /** The extended attributes in force; what is said of this entry alone counts. */
  ImmutableSortedMap<String, Bytes> xattrs() throws BadFieldException {
    if (global.isEmpty()) {
      return PaxRecords.xattrs(local);
    }
    ImmutableSortedMap<String, Bytes> shared = globalXattrs;
    if (shared == null) {
      shared = PaxRecords.xattrs(global);
      globalXattrs = shared;
    }
    ImmutableSortedMap<String, Bytes> own = PaxRecords.xattrs(local);
    if (own.isEmpty()) {
      return shared;
    }
    Map<String, Bytes> all = new HashMap<>(shared);
    all.putAll(own);
    return ImmutableSortedMap.copyOf(all);
  }

  /** The entry's name as the archive spells it. */
  String name(HeaderReader header) throws BadFieldException {
    byte[] ofSparseFile = get(SparseMap.PAX_NAME);
    if (ofSparseFile != null) {
      // The other one is for readers that know no sparse files.
      return Text.utf8(ofSparseFile, "name");
    }
    return Text.utf8(chosen(get(PaxRecords.PATH), longName, header.name(), "name"), "name");
  }

  String linkName(HeaderReader header) throws BadFieldException {
    return Text.utf8(
        chosen(get(PaxRecords.LINKPATH), longLink, header.linkName(), "link target"),
        "link target");
  }

  /** Readers disagree on which of the two counts, so an archive with both is out to trick one. */
  private static byte[] chosen(
      byte @Nullable [] pax, byte @Nullable [] gnu, byte[] plain, String what)
      throws BadFieldException {
    if (pax != null && gnu != null) {
      throw new BadFieldException("has both a PAX and a GNU " + what);
    }
    return pax != null ? pax : gnu != null ? gnu : plain;
  }

  /** GNU tar ends the text with a NUL, some others do not. NULs inside are refused later. */
  private static byte[] withoutTrailingNuls(byte[] text) {
    int length = text.length;
    while (length > 0 && text[length - 1] == 0) {
      length--;
    }
    return Arrays.copyOf(text, length);
  }
}
