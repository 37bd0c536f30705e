package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfBuilder;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.ldso.LdSoCacheBuilder;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A tree of programs and libraries that exist only as far as a loader looks. */
final class SysrootFixture {
  static final String INTERPRETER = "/lib64/ld-linux-x86-64.so.2";

  /** What makes a file glibc's loader: its cache's magic and its system directories. */
  private static final String GLIBC =
      "\0glibc-ld.so.cache1.1\0/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0";

  private final Path root;

  private SysrootFixture(Path root) {
    this.root = root;
  }

  /** An empty tree in an empty directory. */
  static SysrootFixture empty(Path root) {
    return new SysrootFixture(root);
  }

  /** A tree with glibc's loader for x86-64. */
  static SysrootFixture glibc(Path root) {
    return empty(root).loader(INTERPRETER, ElfMachine.X86_64);
  }

  SysrootFixture loader(String path, ElfMachine machine) {
    String soname = path.substring(path.lastIndexOf('/') + 1);
    return elf(
        path,
        ElfBuilder.sharedObject()
            .on(machine)
            .soname(soname)
            .trailing(GLIBC.getBytes(StandardCharsets.US_ASCII)));
  }

  /** A tree's second loader, musl's. */
  SysrootFixture musl(String path, ElfMachine machine) {
    String architecture = path.substring(path.indexOf("ld-musl-") + 8, path.indexOf(".so"));
    String text = "\0/lib:/usr/local/lib:/usr/lib\0%.*s/etc/ld-musl-" + architecture + ".path\0";
    return elf(
        path,
        ElfBuilder.sharedObject().on(machine).trailing(text.getBytes(StandardCharsets.US_ASCII)));
  }

  SysrootFixture elf(String path, ElfBuilder elf) {
    return file(path, "rwxr-xr-x", elf.build());
  }

  /** A library without needs whose soname is its file name. */
  SysrootFixture library(String path) {
    return elf(path, ElfBuilder.sharedObject().soname(path.substring(path.lastIndexOf('/') + 1)));
  }

  SysrootFixture script(String path, String text) {
    return file(path, "rwxr-xr-x", text.getBytes(StandardCharsets.UTF_8));
  }

  SysrootFixture file(String path, String mode, byte[] bytes) {
    return change(
        path,
        file -> {
          Files.write(file, bytes);
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        });
  }

  SysrootFixture setUserId(String path) {
    return change(path, file -> Files.setAttribute(file, "unix:mode", 0104755));
  }

  SysrootFixture directory(String path) {
    return change(path, Files::createDirectory);
  }

  SysrootFixture symlink(String path, String target) {
    return change(path, file -> Files.createSymbolicLink(file, Path.of(target)));
  }

  SysrootFixture hardLink(String path, String existing) {
    return change(path, file -> Files.createLink(file, root.resolve(existing.substring(1))));
  }

  SysrootFixture cache(LdSoCacheBuilder cache) {
    return file("/etc/ld.so.cache", "rw-r--r--", cache.build());
  }

  private interface Change {
    void at(Path file) throws IOException;
  }

  private SysrootFixture change(String path, Change change) {
    try {
      Path file = root.resolve(path.substring(1));
      Files.createDirectories(file.getParent());
      change.at(file);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Sysroot sysroot() throws IOException {
    return Sysroot.of(root);
  }

  ProgramFinder finder() throws IOException {
    return new ProgramFinder(
        sysroot(), ProgramFinder.searchPath("/usr/local/bin:/usr/bin:/bin"), SysrootPath.ROOT);
  }

  Closure closureOf(String... names) throws IOException, ClosureException {
    ProgramFinder finder = finder();
    List<Program> programs = new ArrayList<>();
    for (String name : names) {
      programs.add(finder.find(name));
    }
    return new ClosureResolver(
            sysroot(), ImmutableList.of(SysrootPath.of("/usr/bin"), SysrootPath.of("/bin")))
        .resolve(programs);
  }
}
