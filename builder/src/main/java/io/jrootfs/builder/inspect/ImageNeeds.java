package io.jrootfs.builder.inspect;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.RootCheck;
import io.jrootfs.builder.closure.RootPrograms;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * What needs what in a finished root: all of its programs, scripts and libraries.
 *
 * @param programs the closure of everything that can be started
 * @param alone that of the ELF files that no program loads by itself, such as modules; what they do
 *     not find, the program that opens them may have loaded by then
 * @param commands link-free paths of what the image is started with, as far as it is there
 * @param leftOut how many ELF files are in neither: damaged, for another machine, or no program and
 *     no library
 * @param check what in it does not start
 */
public record ImageNeeds(
    Closure programs,
    Closure alone,
    ImmutableList<SysrootPath> commands,
    int leftOut,
    RootCheck.Report check) {
  /** What the kernel mounts there is not of the image; to read some of it waits for events. */
  private static final ImmutableSet<String> KERNEL = ImmutableSet.of("proc", "sys", "dev", "run");

  private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};

  /**
   * Follows everything there is.
   *
   * @param rootfs the tree
   * @param sysroot the same tree as files
   * @param commands what the image says it is started with: names and paths
   * @param searchPath where names are looked up
   * @param check what was found in the same tree
   * @throws IOException if the tree cannot be read
   */
  public static ImageNeeds read(
      Rootfs rootfs,
      Sysroot sysroot,
      ImmutableList<String> commands,
      ImmutableList<SysrootPath> searchPath,
      RootCheck.Report check)
      throws IOException {
    ClosureResolver resolver =
        new ClosureResolver(sysroot, searchPath, ClosureOptions.DEFAULT.asItIs());
    Closure programs = resolver.resolveAll(RootPrograms.of(sysroot));
    ImmutableList<Program> others = othersThan(programs, rootfs, sysroot);
    Closure alone = resolver.resolveAll(others);
    long followed =
        others.stream().filter(other -> alone.nodes().containsKey(other.path())).count();
    return new ImageNeeds(
        programs,
        alone,
        paths(commands, sysroot, searchPath),
        (int) (others.size() - followed),
        check);
  }

  private static ImmutableList<Program> othersThan(Closure known, Rootfs rootfs, Sysroot sysroot)
      throws IOException {
    ImmutableList.Builder<Program> others = ImmutableList.builder();
    for (RootfsEntry entry : rootfs.all()) {
      SysrootPath path = SysrootPath.of(entry.path().value());
      if (entry instanceof RootfsEntry.RegularFile
          && !KERNEL.contains(entry.path().components().get(0))
          && !known.nodes().containsKey(path)
          && isElf(sysroot.file(path))) {
        others.add(new Program(path.value(), path));
      }
    }
    return others.build();
  }

  private static boolean isElf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
    } catch (AccessDeniedException | NoSuchFileException e) {
      // Not ours to read, or gone by now from a directory in use: the check has a remark on it.
      return false;
    }
  }

  private static ImmutableList<SysrootPath> paths(
      ImmutableList<String> commands, Sysroot sysroot, ImmutableList<SysrootPath> searchPath)
      throws IOException {
    ProgramFinder finder = new ProgramFinder(sysroot, searchPath, SysrootPath.ROOT);
    ImmutableList.Builder<SysrootPath> paths = ImmutableList.builder();
    for (String command : commands) {
      Optional<Program> program = finder.search(command);
      if (program.isPresent()) {
        find(sysroot, program.get()).ifPresent(file -> paths.add(file.path()));
      }
    }
    return paths.build();
  }

  private static Optional<Resolution> find(Sysroot sysroot, Program program) throws IOException {
    try {
      return sysroot.find(program.path());
    } catch (FileSystemLoopException e) {
      return Optional.empty();
    }
  }
}
