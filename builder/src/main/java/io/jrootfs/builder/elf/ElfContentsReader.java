package io.jrootfs.builder.elf;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads all that a closure wants to know of regular files, of each in one go. Not thread-safe: they
 * are read into the same memory.
 */
public final class ElfContentsReader {
  private final SymbolNames wanted;
  private final ElfWindows windows = new ElfWindows();

  /**
   * A reader of many files.
   *
   * @param wanted the imports worth knowing
   */
  public ElfContentsReader(SymbolNames wanted) {
    this.wanted = wanted;
  }

  /**
   * Reads a regular file.
   *
   * @param size what is known to be its size, in bytes
   * @return empty if the file does not start with the ELF magic
   * @throws MalformedElfException if it does, and then breaks the format where loaders look first
   * @throws IOException if it cannot be opened or read
   */
  public Optional<ElfContents> read(Path file, long size)
      throws IOException, MalformedElfException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      return ElfReader.contents(new ElfInput(file.toString(), channel, size, windows), wanted);
    }
  }
}
