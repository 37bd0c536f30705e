package io.jrootfs.builder.ldso;

import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The ELF files of one sysroot, each read once however many names it has. Not thread-safe. */
public final class ElfFiles {
  private final Sysroot sysroot;
  private final Map<FileIdentity, Optional<ElfFile>> read = new HashMap<>();

  public ElfFiles(Sysroot sysroot) {
    this.sysroot = sysroot;
  }

  /**
   * What is in {@code file}.
   *
   * @param file a regular file
   * @return empty if it is not ELF
   * @throws MalformedElfException if it starts as ELF and then breaks the format
   * @throws IOException if it cannot be read
   */
  public Optional<ElfFile> read(Resolution file) throws IOException, MalformedElfException {
    Optional<ElfFile> known = read.get(file.identity());
    if (known == null) {
      known = ElfReader.read(sysroot.file(file.path()));
      read.put(file.identity(), known);
    }
    return known;
  }
}
