package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.UnsupportedLoaderException;
import io.jrootfs.builder.ldso.UsualInterpreter;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the ELF files of a tree need from outside it. The tree will stand somewhere else, so run
 * paths are not followed: a library that some file of the tree has the name of is taken to be that.
 */
public final class TreeNeeds {
  private final Set<String> names = new TreeSet<>();
  private final Set<String> interpreters = new TreeSet<>();
  private final Set<String> needed = new TreeSet<>();

  private TreeNeeds() {}

  /**
   * The programs' loaders, as the ones that open every library the tree has not got itself; nothing
   * if nothing in the tree is loaded dynamically.
   *
   * @param tree a directory or a file
   * @throws ClosureException if an ELF file of it is malformed, or of an unknown machine
   * @throws IOException if it cannot be read
   */
  public static ImmutableList<Program> of(Path tree) throws IOException, ClosureException {
    TreeNeeds needs = new TreeNeeds();
    try (Stream<Path> walk = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) walk.sorted()::iterator) {
        needs.names.add(String.valueOf(file.getFileName()));
        if (Files.isRegularFile(file)) {
          needs.add(file);
        }
      }
    }
    needs.needed.removeAll(needs.names);
    return needs.interpreters.stream()
        .map(path -> new Program(path, SysrootPath.of(path), ImmutableList.copyOf(needs.needed)))
        .collect(ImmutableList.toImmutableList());
  }

  private void add(Path file) throws IOException, ClosureException {
    SysrootPath place = SysrootPath.of(file.toAbsolutePath().toString());
    Optional<ElfFile> elf;
    try {
      elf = ElfReader.read(file);
    } catch (MalformedElfException e) {
      throw new UnusableProgramException(
          place, UnusableProgramException.Fault.MALFORMED_ELF, e.complaint(), e);
    }
    if (elf.isPresent()) {
      add(place, elf.get());
    }
  }

  private void add(SysrootPath place, ElfFile elf) throws UnusableLoaderException {
    List<ElfDependency> dependencies =
        elf.dynamic().map(ElfDynamic::dependencies).orElse(ImmutableList.of());
    dependencies.forEach(dependency -> needed.add(dependency.name()));
    if (elf.isDynamicProgram()) {
      interpreters.add(elf.interpreter().orElseThrow());
    } else if (!dependencies.isEmpty()) {
      try {
        interpreters.add(UsualInterpreter.of(elf).value());
      } catch (UnsupportedLoaderException e) {
        throw new UnusableLoaderException(place, e);
      }
    }
  }
}
