package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.ElfVersions;
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
  private final Map<FileIdentity, ElfVersions> versions = new HashMap<>();
  private final Map<FileIdentity, ImmutableSortedSet<String>> imports = new HashMap<>();

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

  /**
   * The symbol versions of a file that is ELF.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be read
   */
  public ElfVersions versions(Resolution file) throws IOException, MalformedElfException {
    ElfVersions known = versions.get(file.identity());
    if (known == null) {
      known = ElfReader.versions(sysroot.file(file.path()));
      versions.put(file.identity(), known);
    }
    return known;
  }

  /**
   * The names of the symbols an ELF file wants from others.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be read
   */
  public ImmutableSortedSet<String> imports(Resolution file)
      throws IOException, MalformedElfException {
    ImmutableSortedSet<String> known = imports.get(file.identity());
    if (known == null) {
      known = ElfReader.imports(sysroot.file(file.path()));
      imports.put(file.identity(), known);
    }
    return known;
  }

  /**
   * The names of the symbols an ELF file has for others.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be read
   */
  ImmutableSortedSet<String> exports(Resolution file) throws IOException, MalformedElfException {
    return ElfReader.exports(sysroot.file(file.path()));
  }
}
