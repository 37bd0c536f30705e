package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The files of a whole root, sorted by what can be wrong with them.
 *
 * @param programs ELF files the kernel starts with a loader, by path
 * @param libraries shared objects
 * @param scripts executable files that start with {@code #!}
 * @param links symbolic links
 * @param malformed ELF files that break the format, with how
 * @param unreadable names and files that cannot be looked at, with why
 */
record RootFiles(
    TreeMap<SysrootPath, ElfFile> programs,
    TreeMap<SysrootPath, ElfFile> libraries,
    TreeSet<SysrootPath> scripts,
    TreeSet<SysrootPath> links,
    TreeMap<SysrootPath, String> malformed,
    TreeMap<SysrootPath, String> unreadable) {
  /** What the kernel mounts there is not of the image. */
  private static final ImmutableSet<String> KERNEL = ImmutableSet.of("proc", "sys", "dev", "run");

  static RootFiles of(Sysroot sysroot, ElfFiles files) throws IOException {
    RootFiles all =
        new RootFiles(
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeMap<>());
    Files.walkFileTree(sysroot.directory(), all.new Visitor(sysroot, files));
    return all;
  }

  /** The libraries that answer to a name: their own file's, or the one they call themselves. */
  ImmutableList<SysrootPath> providers(String name) {
    ImmutableList.Builder<SysrootPath> providers = ImmutableList.builder();
    for (TreeMap<SysrootPath, ElfFile> files : ImmutableList.of(libraries, programs)) {
      files.forEach(
          (path, elf) -> {
            if (path.fileName().equals(name) || soname(elf).equals(Optional.of(name))) {
              providers.add(path);
            }
          });
    }
    return providers.build();
  }

  private static Optional<String> soname(ElfFile elf) {
    return elf.dynamic().flatMap(ElfDynamic::soname);
  }

  /** How many programs are libraries at heart, as glibc's libc.so.6 is, which can be started. */
  int startableLibraries() {
    return (int) programs.values().stream().filter(elf -> soname(elf).isPresent()).count();
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Sysroot sysroot;
    private final ElfFiles files;

    Visitor(Sysroot sysroot, ElfFiles files) {
      this.sysroot = sysroot;
      this.files = files;
    }

    private SysrootPath path(Path file) {
      return SysrootPath.of("/" + sysroot.directory().relativize(file));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      boolean isKernels =
          sysroot.directory().equals(directory.getParent())
              && KERNEL.contains(String.valueOf(directory.getFileName()));
      return isKernels ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof AccessDeniedException) {
        unreadable.put(path(file), "may not be read");
      } else if (!(e instanceof NoSuchFileException)) {
        // One that is gone by now is of a root in use, and no part of it.
        throw e;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      SysrootPath path = path(file);
      if (attributes.isSymbolicLink()) {
        links.add(path);
      } else if (attributes.isRegularFile()) {
        Optional<Resolution> resolution = sysroot.find(path);
        if (resolution.isEmpty()) {
          unreadable.put(path, "has a name that is not UTF-8");
        } else {
          sort(path, resolution.get());
        }
      }
      return FileVisitResult.CONTINUE;
    }

    private void sort(SysrootPath path, Resolution file) throws IOException {
      try {
        Optional<ElfFile> elf = files.read(file);
        if (elf.isPresent() && elf.get().isDynamicProgram()) {
          programs.put(path, elf.get());
        } else if (elf.isPresent() && elf.get().isSharedObject()) {
          libraries.put(path, elf.get());
        } else if (elf.isEmpty() && ProgramFinder.isExecutable(file) && isScript(path)) {
          scripts.add(path);
        }
      } catch (MalformedElfException e) {
        malformed.put(path, e.complaint());
      } catch (AccessDeniedException e) {
        unreadable.put(path, "may not be read");
      } catch (NoSuchFileException e) {
        unreadable.put(path, "is gone by now");
      }
    }

    private boolean isScript(SysrootPath path) throws IOException {
      try (InputStream in = Files.newInputStream(sysroot.file(path))) {
        return Shebang.isScript(in.readNBytes(2));
      }
    }
  }
}
