package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The dynamic loaders of one sysroot, told apart by what is in their files. Not thread-safe. */
public final class DynamicLoaders {
  private static final SysrootPath CACHE = SysrootPath.of("/etc/ld.so.cache");
  private static final SysrootPath PRELOAD = SysrootPath.of("/etc/ld.so.preload");
  private static final SysrootPath CACHE_SOURCE = SysrootPath.of("/etc/ld.so.conf");

  /** glibc's is 0.2 MiB, with debug information some MiB. */
  private static final int MAX_LOADER = 64 << 20;

  /** Some directories. */
  private static final int MAX_PATH_FILE = 1 << 20;

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final ImmutableList<SysrootPath> libraryPath;
  private final boolean asLdconfigWould;
  private final Map<SysrootPath, DynamicLoader> loaders = new HashMap<>();
  private final Map<FileIdentity, InterpreterKind> kinds = new HashMap<>();
  private @Nullable CacheFile cache;

  /**
   * What the sysroot has for a cache.
   *
   * @param content empty if there is none, or none that a loader would use
   * @param fault what keeps loaders from using it
   */
  private record CacheFile(Optional<LdSoCache> content, Optional<String> fault) {}

  /** The loaders as they are in a finished root. */
  public DynamicLoaders(Sysroot sysroot, ElfFiles files) {
    this(sysroot, files, ImmutableList.of(), /* asLdconfigWould= */ false);
  }

  /**
   * The loaders as they will be in an image that gets a cache of its own.
   *
   * @param libraryPath directories the cache will have before all others
   * @param asLdconfigWould whether it will also have those of {@code ld.so.conf}, where the sysroot
   *     has no cache
   */
  public DynamicLoaders(
      Sysroot sysroot,
      ElfFiles files,
      ImmutableList<SysrootPath> libraryPath,
      boolean asLdconfigWould) {
    this.libraryPath = libraryPath;
    this.asLdconfigWould = asLdconfigWould;
    this.sysroot = sysroot;
    this.files = files;
  }

  /**
   * The program interpreter for a shared object, which names none: its C library decides which
   * loader, and the architecture's ABI where that stands (glibc, shlib-versions).
   *
   * @throws UnsupportedLoaderException if the machine is not known
   */
  public static SysrootPath usualInterpreter(ElfFile sharedObject)
      throws UnsupportedLoaderException {
    ElfHeader header = sharedObject.header();
    Optional<ElfMachine> machine = ElfMachine.of(header);
    if (machine.isEmpty()) {
      throw new UnsupportedLoaderException("for " + header.machineName(), "is not known");
    }
    boolean isMusl =
        sharedObject.dynamic().map(ElfDynamic::needed).orElse(ImmutableList.of()).stream()
            .anyMatch(name -> name.equals("libc.so") || name.startsWith("libc.musl-"));
    return isMusl
        ? MuslInterpreter.usual(machine.get(), header)
        : SysrootPath.of(interpreterOf(machine.get(), FloatAbi.isHard(machine.get(), header)));
  }

  private static String interpreterOf(ElfMachine machine, boolean isHardFloat) {
    return switch (machine) {
      case I386 -> "/lib/ld-linux.so.2";
      case X86_64 -> "/lib64/ld-linux-x86-64.so.2";
      case X32 -> "/libx32/ld-linux-x32.so.2";
      case ARM -> isHardFloat ? "/lib/ld-linux-armhf.so.3" : "/lib/ld-linux.so.3";
      case AARCH64 -> "/lib/ld-linux-aarch64.so.1";
      case RISCV64 -> "/lib/ld-linux-riscv64-lp64" + (isHardFloat ? "d" : "") + ".so.1";
      case LOONGARCH64 -> "/lib64/ld-linux-loongarch-lp64" + (isHardFloat ? "d" : "s") + ".so.1";
      case PPC64LE -> "/lib64/ld64.so.2";
      case PPC64, S390X -> "/lib/ld64.so.1";
    };
  }

  /**
   * The loader in {@code interpreter}.
   *
   * @param interpreter PT_INTERP of a program, resolved
   * @throws LoaderException if it is not one whose rules are known, or its cache is broken
   * @throws IOException if a file cannot be read
   */
  public DynamicLoader load(Resolution interpreter) throws IOException, LoaderException {
    DynamicLoader known = loaders.get(interpreter.requested());
    if (known == null) {
      known = read(interpreter);
      loaders.put(interpreter.requested(), known);
    }
    return known;
  }

  private DynamicLoader read(Resolution interpreter) throws IOException, LoaderException {
    String name = interpreter.requested().value();
    ElfFile elf = elf(name, interpreter);
    InterpreterKind kind = kind(name, interpreter);
    return kind instanceof GlibcInterpreter glibc
        ? glibc(interpreter, elf, glibc)
        : musl(interpreter, elf, (MuslInterpreter) kind);
  }

  private GlibcLoader glibc(Resolution interpreter, ElfFile elf, GlibcInterpreter configuration)
      throws IOException, LoaderException {
    int cacheFlags =
        CacheFlags.of(elf.header())
            .orElseThrow(
                () ->
                    new UnsupportedLoaderException(
                        interpreter.requested().value(),
                        "is for "
                            + elf.header().machineName()
                            + ", whose library rules are not known to this program"));
    Optional<LdSoCache> usable =
        cache()
            .content()
            .filter(it -> it.byteOrder().map(elf.header().byteOrder()::equals).orElse(true));
    return new GlibcLoader(
        sysroot,
        files,
        interpreter,
        elf,
        configuration,
        usable.orElse(LdSoCache.EMPTY),
        usable.isPresent() ? Optional.empty() : Optional.of(remark(cache().fault())),
        preload(),
        cachedDirectories(cacheFlags),
        cacheFlags);
  }

  private ImmutableList<CachedDirectory> cachedDirectories(int cacheFlags) throws IOException {
    ImmutableList.Builder<CachedDirectory> directories = ImmutableList.builder();
    FoundBy.LibraryDirectory byUser = new FoundBy.LibraryDirectory(cacheFlags, "--library-path", 0);
    libraryPath.forEach(
        it -> directories.add(new CachedDirectory(byUser, it.value(), /* byLdconfig= */ false)));
    if (asLdconfigWould && sysroot.find(CACHE).isEmpty()) {
      FoundBy.LibraryDirectory byFile =
          new FoundBy.LibraryDirectory(cacheFlags, CACHE_SOURCE.value(), 0);
      for (String directory : LdSoConf.directories(sysroot, CACHE_SOURCE)) {
        directories.add(new CachedDirectory(byFile, directory, /* byLdconfig= */ true));
      }
    }
    return directories.build();
  }

  private Optional<PreloadFile> preload() throws IOException {
    Optional<Resolution> file =
        sysroot
            .find(PRELOAD)
            .filter(it -> it.isRegularFile() && it.size() > 0 && it.size() <= MAX_PATH_FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(sysroot.file(file.get().path()));
    return Optional.of(PreloadFile.parse(file.get(), new String(bytes, StandardCharsets.UTF_8)));
  }

  private MuslLoader musl(Resolution interpreter, ElfFile elf, MuslInterpreter configuration)
      throws IOException, UnsupportedLoaderException {
    if (!libraryPath.isEmpty()) {
      throw new UnsupportedLoaderException(
          interpreter.requested().value(),
          "is musl's, which has no cache: what --library-path leads to would not be found in the"
              + " image; name the directory in "
              + configuration.pathFile(interpreter.requested()));
    }
    Optional<Resolution> pathFile = sysroot.find(configuration.pathFile(interpreter.requested()));
    ImmutableList<String> systemPath =
        pathFile.isEmpty() ? MuslInterpreter.DEFAULT_PATH : muslPath(pathFile.get());
    return new MuslLoader(
        sysroot, files, interpreter, elf, pathFile.filter(Resolution::isRegularFile), systemPath);
  }

  /** A file that is there and cannot be read leaves musl without any system directory. */
  private ImmutableList<String> muslPath(Resolution pathFile) throws IOException {
    if (!pathFile.isRegularFile() || pathFile.size() > MAX_PATH_FILE) {
      return ImmutableList.of();
    }
    try {
      byte[] bytes = Files.readAllBytes(sysroot.file(pathFile.path()));
      return MuslLoader.directories(new String(bytes, StandardCharsets.UTF_8));
    } catch (AccessDeniedException e) {
      return ImmutableList.of();
    }
  }

  private ElfFile elf(String name, Resolution interpreter)
      throws IOException, UnsupportedLoaderException {
    if (!interpreter.isRegularFile()) {
      throw new UnsupportedLoaderException(name, "is not a regular file");
    }
    try {
      return files
          .read(interpreter)
          .orElseThrow(() -> new UnsupportedLoaderException(name, "is not an ELF file"));
    } catch (MalformedElfException e) {
      throw new UnsupportedLoaderException(name, "is malformed: " + e.getMessage());
    }
  }

  private InterpreterKind kind(String name, Resolution interpreter)
      throws IOException, UnsupportedLoaderException {
    InterpreterKind known = kinds.get(interpreter.identity());
    if (known != null) {
      return known;
    }
    if (interpreter.size() > MAX_LOADER) {
      throw new UnsupportedLoaderException(name, "is larger than " + MAX_LOADER + " bytes");
    }
    byte[] bytes = Files.readAllBytes(sysroot.file(interpreter.path()));
    InterpreterKind kind = kind(name, interpreter, bytes);
    kinds.put(interpreter.identity(), kind);
    return kind;
  }

  private static InterpreterKind kind(String name, Resolution interpreter, byte[] bytes)
      throws UnsupportedLoaderException {
    if (GlibcInterpreter.isGlibc(bytes)) {
      return GlibcInterpreter.read(bytes)
          .orElseThrow(
              () ->
                  new UnsupportedLoaderException(
                      name, "is glibc's, but holds no list of system directories"));
    }
    Optional<MuslInterpreter> musl = MuslInterpreter.read(bytes);
    if (musl.isEmpty()) {
      throw new UnsupportedLoaderException(name, foreign(interpreter));
    }
    return musl.get();
  }

  private static String foreign(Resolution interpreter) {
    String name = interpreter.requested().fileName();
    if (name.equals("linker") || name.equals("linker64")) {
      return "is Android's; only those of the GNU C library and of musl are supported";
    }
    if (name.startsWith("ld-uClibc") || name.startsWith("ld64-uClibc")) {
      return "is uClibc's; only those of the GNU C library and of musl are supported";
    }
    return "is neither the GNU C library's nor musl's, and its search rules are not known to this"
        + " program";
  }

  private CacheFile cache() throws IOException, MalformedLdSoCacheException {
    if (cache == null) {
      Optional<Resolution> file = sysroot.find(CACHE).filter(Resolution::isRegularFile);
      cache =
          file.isEmpty()
              ? new CacheFile(Optional.empty(), Optional.empty())
              : read(sysroot.file(file.get().path()));
    }
    return cache;
  }

  private static CacheFile read(Path file) throws IOException, MalformedLdSoCacheException {
    try {
      return new CacheFile(Optional.of(LdSoCacheReader.read(file)), Optional.empty());
    } catch (MalformedLdSoCacheException e) {
      if (!e.isOfNoUse()) {
        throw e;
      }
      return new CacheFile(
          Optional.empty(),
          Optional.of(
              "of no use to the loader: "
                  + e.field()
                  + " at offset "
                  + e.offset()
                  + " "
                  + e.reason()
                  + "; ldconfig -r writes it anew"));
    }
  }

  private String remark(Optional<String> fault) throws IOException {
    if (fault.isPresent()) {
      return fault.get();
    }
    if (sysroot.find(CACHE).isPresent()) {
      return "written for the other byte order";
    }
    return sysroot.find(CACHE_SOURCE).isPresent()
        ? "absent although " + CACHE_SOURCE + " exists; ldconfig -r writes it"
        : "absent";
  }
}
