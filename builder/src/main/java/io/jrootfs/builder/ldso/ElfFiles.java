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
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The ELF files of one sysroot, each read once however many names it has. Not thread-safe. */
public final class ElfFiles {
  /** Fewer files are read sooner than a thread has started. */
  private static final int MANY = 16;

  private final Sysroot sysroot;
  private final SymbolNames wanted;
  private final ElfContentsReader reader;
  private final Map<FileIdentity, Optional<ElfContents>> read = new HashMap<>();
  private @Nullable ReadAhead ahead;
  private final Set<SysrootPath> refused = new TreeSet<>();

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
    this.wanted = wanted;
    this.reader = new ElfContentsReader(wanted);
  }

  /**
   * Tells what will be asked for. Many files are then read by a thread of its own.
   *
   * @param programs in the order they will be asked for
   * @throws IOException if the sysroot is gone
   */
  public void expect(List<Resolution> programs) throws IOException {
    List<Resolution> unread = new ArrayList<>();
    for (Resolution program : programs) {
      if (program.isRegularFile() && !read.containsKey(program.identity())) {
        unread.add(program);
      }
    }
    if (unread.size() >= MANY) {
      ahead = ReadAhead.of(sysroot, wanted, unread);
    }
  }

  /**
   * A file that loaders or ldconfig read as well. What cannot be reached is not there for them;
   * where that is for lack of a right, it is refused.
   */
  Optional<Resolution> find(SysrootPath path) throws IOException {
    try {
      Optional<Resolution> file = sysroot.find(path);
      sysroot.unsearchable(path).ifPresent(this::refused);
      return file;
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
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
      Optional<ReadAhead.Read> there = ahead == null ? Optional.empty() : ahead.get(file);
      known =
          there.isPresent()
              ? there.get().contents()
              : reader.read(sysroot.file(file.path()), file.size());
      read.put(file.identity(), known);
    }
    return known;
  }

  /** Takes note of a file or directory that a search went past as this user may not read it. */
  void refused(SysrootPath path) {
    refused.add(path);
  }

  /** What a search notes where {@code candidate} leads nowhere. */
  SearchedPlace nothing(FoundBy rule, String place, SysrootPath candidate) throws IOException {
    Optional<SysrootPath> directory = sysroot.unsearchable(candidate);
    directory.ifPresent(this::refused);
    return new SearchedPlace(
        rule, place, directory.map(it -> it + " may not be searched by this user"));
  }

  /** Those that searches went past so far, in path order. */
  public ImmutableList<SysrootPath> refused() {
    return ImmutableList.copyOf(refused);
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
