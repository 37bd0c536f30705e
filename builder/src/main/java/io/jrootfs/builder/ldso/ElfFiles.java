package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.elf.ElfContents;
import io.jrootfs.builder.elf.ElfContentsReader;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.ElfVersions;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.elf.SymbolNames;
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
  private final ElfContentsReader reader;
  private final Map<FileIdentity, Optional<ElfContents>> read = new HashMap<>();

  /** Files whose symbols do not matter. */
  public ElfFiles(Sysroot sysroot) {
    this(sysroot, SymbolNames.of(ImmutableList.of()));
  }

  /**
   * Files of one sysroot.
   *
   * @param wanted the imports that {@link #imports} tells of
   */
  public ElfFiles(Sysroot sysroot, SymbolNames wanted) {
    this.sysroot = sysroot;
    this.reader = new ElfContentsReader(wanted);
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
    return contents(file).map(ElfContents::file);
  }

  private Optional<ElfContents> contents(Resolution file)
      throws IOException, MalformedElfException {
    Optional<ElfContents> known = read.get(file.identity());
    if (known == null) {
      known = reader.read(sysroot.file(file.path()), file.size());
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
    Optional<ElfContents> contents = contents(file);
    return contents.isEmpty() ? ElfVersions.NONE : contents.get().versions().get();
  }

  /**
   * The names of the symbols an ELF file wants from others, of those somebody asked for.
   *
   * @throws MalformedElfException if it breaks the format
   * @throws IOException if it cannot be read
   */
  public ImmutableSet<String> imports(Resolution file) throws IOException, MalformedElfException {
    Optional<ElfContents> contents = contents(file);
    return contents.isEmpty() ? ImmutableSet.of() : contents.get().imports().get();
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
