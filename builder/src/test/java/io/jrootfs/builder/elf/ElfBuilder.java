package io.jrootfs.builder.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Composes ELF files from what they mean; any field can then be set to what it should not be.
 *
 * <p>Layout: ELF header, program headers, PT_INTERP, dynamic section, strings, trailing bytes; one
 * PT_LOAD holds it all.
 */
public final class ElfBuilder {
  public static final long ADDRESS = 0x10000;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;

  private ElfClass elfClass = ElfClass.ELFCLASS64;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private int machine = 62;
  private int type = ElfHeader.ET_DYN;
  private int flags;
  private String interpreter = "";
  private boolean isDynamic = true;
  private byte[] trailing = {};
  private final List<Entry> entries = new ArrayList<>();
  private final ByteBuffer strings = ByteBuffer.allocate(1 << 16).put((byte) 0);
  private final Map<String, Long> fields = new HashMap<>();
  private final Set<String> unused = new HashSet<>();
  private final Set<String> dropped = new HashSet<>();

  private record Entry(String name, long tag, long value) {}

  private record Segment(String name, int type, long offset, long size) {}

  private ElfBuilder() {}

  public static ElfBuilder sharedObject() {
    return new ElfBuilder();
  }

  /** A position-independent executable for x86-64 with glibc's program interpreter. */
  public static ElfBuilder program() {
    return program("/lib64/ld-linux-x86-64.so.2");
  }

  /** A position-independent executable for x86-64. */
  public static ElfBuilder program(String interpreter) {
    return new ElfBuilder().interpreter(interpreter).flags1(ElfDynamic.DF_1_PIE);
  }

  /** A static executable at fixed addresses. */
  public static ElfBuilder staticProgram() {
    ElfBuilder builder = new ElfBuilder();
    builder.type = ElfHeader.ET_EXEC;
    builder.isDynamic = false;
    return builder;
  }

  public ElfBuilder on(ElfMachine wanted) {
    return switch (wanted) {
      case X86_64 -> on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 62);
      case I386 -> on(ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, 3);
      case AARCH64 -> on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 183);
      case S390X -> on(ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, 22);
      case X32 -> on(ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, 62);
      case ARM -> on(ElfClass.ELFCLASS32, ByteOrder.LITTLE_ENDIAN, 40);
      case RISCV64 -> on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 243);
      case LOONGARCH64 -> on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 258);
      case PPC64LE -> on(ElfClass.ELFCLASS64, ByteOrder.LITTLE_ENDIAN, 21);
      case PPC64 -> on(ElfClass.ELFCLASS64, ByteOrder.BIG_ENDIAN, 21);
    };
  }

  public ElfBuilder on(ElfClass wantedClass, ByteOrder wantedOrder, int wantedMachine) {
    elfClass = wantedClass;
    order = wantedOrder;
    machine = wantedMachine;
    return this;
  }

  public ElfBuilder type(int value) {
    type = value;
    return this;
  }

  public ElfBuilder flags(int value) {
    flags = value;
    return this;
  }

  public ElfBuilder interpreter(String path) {
    interpreter = path;
    return this;
  }

  public ElfBuilder needs(String... names) {
    for (String name : names) {
      named("DT_NEEDED", 1, name);
    }
    return this;
  }

  public ElfBuilder filter(String name) {
    return named("DT_FILTER", 0x7fffffff, name);
  }

  public ElfBuilder auxiliary(String name) {
    return named("DT_AUXILIARY", 0x7ffffffd, name);
  }

  public ElfBuilder soname(String name) {
    return named("DT_SONAME", 14, name);
  }

  public ElfBuilder rpath(String list) {
    return named("DT_RPATH", 15, list);
  }

  public ElfBuilder runPath(String list) {
    return named("DT_RUNPATH", 29, list);
  }

  public ElfBuilder audit(String list) {
    return named("DT_AUDIT", 0x6ffffefc, list);
  }

  public ElfBuilder depAudit(String list) {
    return named("DT_DEPAUDIT", 0x6ffffefb, list);
  }

  public ElfBuilder flags1(long value) {
    return entry("DT_FLAGS_1", 0x6ffffffb, value);
  }

  /** A dynamic entry of any tag. */
  public ElfBuilder entry(String name, long tag, long value) {
    entries.add(new Entry(name, tag, value));
    return this;
  }

  private ElfBuilder named(String name, long tag, String text) {
    entry(name, tag, strings.position());
    strings.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
    return this;
  }

  public ElfBuilder withoutDynamicSection() {
    isDynamic = false;
    return this;
  }

  /** Bytes at the end of the file, inside the PT_LOAD. */
  public ElfBuilder trailing(byte[] bytes) {
    trailing = bytes.clone();
    return this;
  }

  /**
   * Sets a field to a value of one's own.
   *
   * @param field {@code e_phnum}, {@code PT_LOAD.p_offset}, {@code DT_STRSZ}, {@code DT_NULL.d_tag}
   */
  public ElfBuilder with(String field, long value) {
    fields.put(field, value);
    unused.add(field);
    return this;
  }

  /** Leaves a dynamic entry out. */
  public ElfBuilder without(String entry) {
    dropped.add(entry);
    return this;
  }

  private long field(String name, long value) {
    unused.remove(name);
    return fields.getOrDefault(name, value);
  }

  public byte[] build() {
    byte[] interp =
        interpreter.isEmpty() ? new byte[0] : (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
    int segmentCount = 1 + (interp.length > 0 ? 1 : 0) + (isDynamic ? 1 : 0);
    long interpOffset = elfClass.headerSize() + (long) segmentCount * elfClass.programHeaderSize();
    long dynamicOffset = interpOffset + interp.length;
    List<Entry> table = isDynamic ? dynamicTable() : List.of();
    long stringsOffset = dynamicOffset + (long) table.size() * elfClass.dynamicEntrySize();
    long end = stringsOffset + (isDynamic ? strings.position() : 0) + trailing.length;

    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment("PT_LOAD", PT_LOAD, 0, end));
    if (interp.length > 0) {
      segments.add(new Segment("PT_INTERP", PT_INTERP, interpOffset, interp.length));
    }
    if (isDynamic) {
      segments.add(
          new Segment("PT_DYNAMIC", PT_DYNAMIC, dynamicOffset, stringsOffset - dynamicOffset));
    }
    ByteBuffer out = ByteBuffer.allocate((int) end).order(order);
    header(out, segments.size());
    segments.forEach(segment -> programHeader(out, segment));
    out.put(interp);
    for (Entry entry : table) {
      word(out, field(entry.name() + ".d_tag", entry.tag()));
      boolean isTable = entry.name().equals("DT_STRTAB");
      word(out, field(entry.name(), isTable ? ADDRESS + stringsOffset : entry.value()));
    }
    if (isDynamic) {
      out.put(strings.array(), 0, strings.position());
    }
    out.put(trailing);
    if (!unused.isEmpty()) {
      throw new IllegalStateException("the file has no field " + unused);
    }
    return out.array();
  }

  private List<Entry> dynamicTable() {
    List<Entry> table = new ArrayList<>(entries);
    table.add(new Entry("DT_STRTAB", 5, 0));
    table.add(new Entry("DT_STRSZ", 10, strings.position()));
    table.add(new Entry("DT_NULL", 0, 0));
    table.removeIf(entry -> dropped.contains(entry.name()));
    return table;
  }

  private void header(ByteBuffer out, int segments) {
    out.put(new byte[] {0x7f, 'E', 'L', 'F'});
    out.put((byte) field("EI_CLASS", elfClass.value()));
    out.put((byte) field("EI_DATA", order.equals(ByteOrder.LITTLE_ENDIAN) ? 1 : 2));
    out.put((byte) field("EI_VERSION", 1));
    out.put((byte) field("EI_OSABI", 0));
    out.put((byte) field("EI_ABIVERSION", 0));
    out.position(16);
    out.putShort((short) field("e_type", type));
    out.putShort((short) field("e_machine", machine));
    out.putInt((int) field("e_version", 1));
    word(out, 0);
    word(out, field("e_phoff", elfClass.headerSize()));
    word(out, field("e_shoff", 0));
    out.putInt((int) field("e_flags", flags));
    out.putShort((short) elfClass.headerSize());
    out.putShort((short) field("e_phentsize", elfClass.programHeaderSize()));
    out.putShort((short) field("e_phnum", segments));
    out.putShort((short) elfClass.sectionHeaderSize());
    out.putInt(0); // e_shnum, e_shstrndx
  }

  private void programHeader(ByteBuffer out, Segment segment) {
    String name = segment.name();
    out.putInt((int) field(name + ".p_type", segment.type()));
    if (elfClass == ElfClass.ELFCLASS64) {
      out.putInt(4);
    }
    word(out, field(name + ".p_offset", segment.offset()));
    word(out, field(name + ".p_vaddr", ADDRESS + segment.offset()));
    word(out, 0);
    word(out, field(name + ".p_filesz", segment.size()));
    word(out, segment.size());
    if (elfClass == ElfClass.ELFCLASS32) {
      out.putInt(4);
    }
    word(out, 1);
  }

  private void word(ByteBuffer out, long value) {
    if (elfClass == ElfClass.ELFCLASS64) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }
}
