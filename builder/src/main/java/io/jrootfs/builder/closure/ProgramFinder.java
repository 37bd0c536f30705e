package io.jrootfs.builder.closure;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.ElfReader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.Optional;

/** From the name of a program to its file, as a shell inside the sysroot would find it. */
public final class ProgramFinder {
  private static final int ANY_EXECUTE = 0111;

  private final Sysroot sysroot;
  private final ImmutableList<SysrootPath> searchPath;
  private final SysrootPath workingDirectory;
  private final Optional<ElfMachine> machine;

  /**
   * A finder for one tree.
   *
   * @param searchPath the directories for bare names, in order
   * @param workingDirectory what a relative path with a slash starts from
   */
  public ProgramFinder(
      Sysroot sysroot, ImmutableList<SysrootPath> searchPath, SysrootPath workingDirectory) {
    this(sysroot, searchPath, workingDirectory, Optional.empty());
  }

  /**
   * A finder for one tree that may hold programs for several machines.
   *
   * @param searchPath the directories for bare names, in order
   * @param workingDirectory what a relative path with a slash starts from
   * @param machine programs for others are looked past in the search path
   */
  public ProgramFinder(
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      Optional<ElfMachine> machine) {
    this.machine = machine;
    this.sysroot = sysroot;
    this.searchPath = searchPath;
    this.workingDirectory = workingDirectory;
  }

  /**
   * The directories of a PATH variable. Relative elements, the empty one included, are dropped:
   * they mean a place that changes with the working directory.
   */
  public static ImmutableList<SysrootPath> searchPath(String variable) {
    return Splitter.on(':')
        .splitToStream(variable)
        .filter(element -> element.startsWith("/"))
        .map(SysrootPath::of)
        .distinct()
        .collect(ImmutableList.toImmutableList());
  }

  /** The directories for bare names, as a PATH variable. */
  String path() {
    return Joiner.on(':').join(searchPath);
  }

  /** A finder for the same tree and machine with other directories for bare names. */
  ProgramFinder along(ImmutableList<SysrootPath> directories) {
    return new ProgramFinder(sysroot, directories, workingDirectory, machine);
  }

  /**
   * Finds one program.
   *
   * @param name a bare name, looked up in the search path among the executable regular files; or a
   *     path, taken as it is
   * @throws UnknownProgramException if there is none
   * @throws IOException if the sysroot cannot be read
   */
  public Program find(String name) throws IOException, UnknownProgramException {
    Optional<Program> found = search(name);
    return found.isPresent() ? found.get() : fail(name);
  }

  /**
   * As {@link #find}, for one that may well be somewhere else.
   *
   * @throws IOException if the sysroot cannot be read
   */
  public Optional<Program> search(String name) throws IOException {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    if (isPath(name)) {
      SysrootPath path = workingDirectory.resolve(name);
      return resolve(path).map(it -> new Program(name, path));
    }
    for (SysrootPath directory : searchPath) {
      SysrootPath candidate = directory.resolve(name);
      Optional<Resolution> file = regularFile(candidate).filter(ProgramFinder::isExecutable);
      if (file.isPresent() && isForMachine(file.get())) {
        return Optional.of(new Program(name, candidate));
      }
    }
    return Optional.empty();
  }

  /** No directory of a search path has a program of one of these two names. */
  private static boolean isPath(String name) {
    return name.contains("/") || name.equals(".") || name.equals("..");
  }

  private Optional<Resolution> regularFile(SysrootPath path) throws IOException {
    return resolve(path).filter(Resolution::isRegularFile);
  }

  private Program fail(String name) throws IOException, UnknownProgramException {
    if (!name.isEmpty() && name.indexOf('\0') < 0 && !isPath(name)) {
      for (SysrootPath directory : searchPath) {
        SysrootPath candidate = directory.resolve(name);
        Optional<Resolution> file = regularFile(candidate);
        if (file.isPresent() && isExecutable(file.get())) {
          // What is called nearly the same would be for that machine, too.
          throw new UnknownProgramException(
              name,
              searchPath,
              Optional.of(
                  candidate
                      + " is for another machine; --sysroot names a tree that has one for this"),
              ImmutableList.of());
        }
        if (file.isPresent()) {
          throw unknown(name, Optional.of(candidate + " exists but is not executable"));
        }
      }
    }
    throw unknown(name, Optional.empty());
  }

  /**
   * Follows every link of {@code path}. One that leads in a circle ends nowhere: whoever opens it
   * gets ELOOP, which is no better than ENOENT.
   */
  Optional<Resolution> resolve(SysrootPath path) throws IOException {
    try {
      return sysroot.find(path);
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
  }

  private UnknownProgramException unknown(String name, Optional<String> unfit) throws IOException {
    boolean isPath = isPath(name);
    return new UnknownProgramException(
        name,
        isPath ? ImmutableList.of() : searchPath,
        unfit,
        isPath
            ? NearestNames.ofPath(sysroot, workingDirectory.resolve(name))
            : NearestNames.of(sysroot, searchPath, name));
  }

  /** Scripts are for all machines, and what is malformed is told of when it is used. */
  private boolean isForMachine(Resolution file) throws IOException {
    if (machine.isEmpty()) {
      return true;
    }
    try {
      return ElfReader.read(sysroot.file(file.path()))
          .map(ElfFile::header)
          .flatMap(ElfMachine::of)
          .map(machine.get()::runsBeside)
          .orElse(true);
    } catch (MalformedElfException e) {
      return true;
    }
  }

  /**
   * Whether anybody may execute the file. Who will is not known yet, so one bit of the three is
   * enough.
   */
  static boolean isExecutable(Resolution file) {
    return (file.mode() & ANY_EXECUTE) != 0;
  }
}
