package io.jrootfs.builder.ldso;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Composes an ld.so.cache from its entries; any field can then be set to what it should not be. */
public final class LdSoCacheBuilder {
  public static final int X86_64 = 0x303;

  private final List<LdSoCache.Entry> entries = new ArrayList<>();
  private final Map<String, Long> fields = new HashMap<>();
  private final Set<String> unused = new HashSet<>();
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private boolean isEmbedded;

  public LdSoCacheBuilder entry(String soname, String path) {
    return entry(soname, path, X86_64, 0);
  }

  public LdSoCacheBuilder entry(String soname, String path, int flags, long hwcap) {
    entries.add(new LdSoCache.Entry(flags, soname, path, hwcap));
    return this;
  }

  public LdSoCacheBuilder order(ByteOrder wanted) {
    order = wanted;
    return this;
  }

  /** Behind a table in the old format, as ldconfig wrote it before glibc 2.32. */
  public LdSoCacheBuilder embedded() {
    isEmbedded = true;
    return this;
  }

  public LdSoCacheBuilder with(String field, long value) {
    fields.put(field, value);
    unused.add(field);
    return this;
  }

  private int field(String name, long value) {
    unused.remove(name);
    return (int) (long) fields.getOrDefault(name, value);
  }

  public byte[] build() {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    int stringsOffset = 48 + entries.size() * 24;
    ByteBuffer table = ByteBuffer.allocate(stringsOffset).order(order);
    table.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII));
    table.putInt(field("nlibs", entries.size()));
    table.putInt(0); // len_strings: nobody reads it
    table.put((byte) field("flags", order.equals(ByteOrder.LITTLE_ENDIAN) ? 2 : 3));
    table.position(48);
    for (LdSoCache.Entry entry : entries) {
      table.putInt(entry.flags());
      table.putInt(field("key", stringsOffset + strings.size()));
      strings.writeBytes((entry.soname() + "\0").getBytes(StandardCharsets.UTF_8));
      table.putInt(field("value", stringsOffset + strings.size()));
      strings.writeBytes((entry.path() + "\0").getBytes(StandardCharsets.UTF_8));
      table.putInt(0).putLong(entry.hwcap());
    }
    if (!unused.isEmpty()) {
      throw new IllegalStateException("the cache has no field " + unused);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (isEmbedded) {
      // One entry, so that the new header needs padding to stand at a multiple of 8.
      ByteBuffer old = ByteBuffer.allocate(32).order(order);
      old.put("ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII)).position(12).putInt(1);
      out.writeBytes(old.array());
    }
    out.writeBytes(table.array());
    out.writeBytes(strings.toByteArray());
    return out.toByteArray();
  }
}
