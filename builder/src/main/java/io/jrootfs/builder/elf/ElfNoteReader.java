package io.jrootfs.builder.elf;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads PT_NOTE and PT_GNU_PROPERTY. Loaders stop at a note that breaks the format and say nothing,
 * and so does this reader.
 */
final class ElfNoteReader {
  /** Every note stands in memory when the program runs; ordinary ones have some hundred bytes. */
  private static final long MAX_SEGMENT = 1 << 20;

  private static final int HEADER = 12;
  private static final int NT_GNU_PROPERTY_TYPE_0 = 5;
  private static final int NT_FDO_DLOPEN = 0x407c0c0a;
  private static final int GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;
  private static final long EIGHT = 8;

  private final ElfInput input;
  private final int propertyAlignment;
  private final ImmutableList.Builder<String> dlopen = ImmutableList.builder();
  private int x86IsaNeeded;

  ElfNoteReader(ElfInput input, ElfClass elfClass) {
    this.input = input;
    this.propertyAlignment = elfClass == ElfClass.ELFCLASS64 ? 8 : 4;
  }

  ElfNotes read(Iterable<ProgramHeader> segments) throws IOException, MalformedElfException {
    for (ProgramHeader segment : segments) {
      boolean isInFile =
          segment.offset() >= 0
              && segment.fileSize() >= 0
              && segment.fileSize() <= MAX_SEGMENT
              && segment.offset() <= input.size() - segment.fileSize();
      if (isInFile) {
        ByteBuffer bytes = input.copy("PT_NOTE", segment.offset(), (int) segment.fileSize());
        notes(bytes, segment.alignment() == EIGHT ? 8 : 4);
      }
    }
    return new ElfNotes(dlopen.build(), x86IsaNeeded);
  }

  private void notes(ByteBuffer bytes, int alignment) {
    int at = 0;
    while (bytes.limit() - at >= HEADER) {
      long nameSize = Integer.toUnsignedLong(bytes.getInt(at));
      long size = Integer.toUnsignedLong(bytes.getInt(at + 4));
      int type = bytes.getInt(at + 8);
      long start = at + aligned(HEADER + nameSize, alignment);
      if (start + size > bytes.limit()) {
        return;
      }
      byte[] name = new byte[(int) nameSize];
      bytes.get(at + HEADER, name);
      ByteBuffer content = bytes.slice((int) start, (int) size).order(bytes.order());
      note(new String(name, StandardCharsets.US_ASCII), type, content);
      long next = start + aligned(size, alignment);
      if (next > bytes.limit()) {
        return;
      }
      at = (int) next;
    }
  }

  private static long aligned(long size, int alignment) {
    return (size + alignment - 1) / alignment * alignment;
  }

  private void note(String name, int type, ByteBuffer content) {
    if (name.equals("FDO\0") && type == NT_FDO_DLOPEN) {
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      String text = FileNames.decode(bytes);
      int end = text.indexOf('\0');
      dlopen.add(end < 0 ? text : text.substring(0, end));
    } else if (name.equals("GNU\0") && type == NT_GNU_PROPERTY_TYPE_0) {
      properties(content);
    }
  }

  private void properties(ByteBuffer content) {
    while (content.remaining() >= 8) {
      int type = content.getInt();
      long size = Integer.toUnsignedLong(content.getInt());
      if (size > content.remaining()) {
        return;
      }
      if (type == GNU_PROPERTY_X86_ISA_1_NEEDED && size == 4) {
        x86IsaNeeded |= content.getInt(content.position());
      }
      long next = content.position() + aligned(size, propertyAlignment);
      if (next > content.limit()) {
        return;
      }
      content.position((int) next);
    }
  }
}
