package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.FileIdentity;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.FileNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
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
        preload(),
        new GlibcSharedPlaces(
            cachedDirectories(cacheFlags),
            usable.orElse(LdSoCache.EMPTY),
            usable.isPresent() ? Optional.empty() : Optional.of(remark(cache().fault())),
            cacheFlags,
            configuration.systemDirectories(),
            ElfMachine.of(elf.header()),
            new Ldconfig(sysroot, files, configuration.minorVersion())));
  }

  private ImmutableList<CachedDirectory> cachedDirectories(int cacheFlags) throws IOException {
    ImmutableList.Builder<CachedDirectory> directories = ImmutableList.builder();
    FoundBy.LibraryDirectory byUser = new FoundBy.LibraryDirectory(cacheFlags, "--library-path", 0);
    libraryPath.forEach(
        it -> directories.add(new CachedDirectory(byUser, it.value(), /* byLdconfig= */ false)));
    if (asLdconfigWould && files.find(CACHE).isEmpty()) {
      FoundBy.LibraryDirectory byFile =
          new FoundBy.LibraryDirectory(cacheFlags, CACHE_SOURCE.value(), 0);
      for (String directory : LdSoConf.directories(sysroot, files, CACHE_SOURCE)) {
        directories.add(new CachedDirectory(byFile, directory, /* byLdconfig= */ true));
      }
    }
    return directories.build();
  }

  private Optional<PreloadFile> preload() throws IOException {
    Optional<Resolution> file =
        files
            .find(PRELOAD)
            .filter(it -> it.isRegularFile() && it.size() > 0 && it.size() <= MAX_PATH_FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Files.readAllBytes(sysroot.file(file.get().path()));
      return Optional.of(PreloadFile.parse(file.get(), FileNames.decode(bytes)));
    } catch (AccessDeniedException e) {
      // As glibc, which asks access(2) before (elf/rtld.c, do_preload).
      files.refused(file.get().path());
      return Optional.empty();
    }
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
    SysrootPath place = configuration.pathFile(interpreter.requested());
    Optional<Resolution> pathFile = files.find(place);
    ImmutableList<String> systemPath =
        pathFile.isPresent() ? muslPath(pathFile.get()) : muslPathWithout(place);
    return new MuslLoader(
        sysroot, files, interpreter, elf, pathFile.filter(Resolution::isRegularFile), systemPath);
  }

  /** Only one that is not there leaves musl the directories that are built in. */
  private ImmutableList<String> muslPathWithout(SysrootPath pathFile) throws IOException {
    try {
      return sysroot.unsearchable(pathFile).isPresent()
          ? ImmutableList.of()
          : MuslInterpreter.DEFAULT_PATH;
    } catch (FileSystemLoopException e) {
      return ImmutableList.of();
    }
  }

  /** A file that is there and cannot be read leaves musl without any system directory. */
  private ImmutableList<String> muslPath(Resolution pathFile) throws IOException {
    if (!pathFile.isRegularFile() || pathFile.size() > MAX_PATH_FILE) {
      return ImmutableList.of();
    }
    try {
      byte[] bytes = Files.readAllBytes(sysroot.file(pathFile.path()));
      return MuslLoader.directories(FileNames.decode(bytes));
    } catch (AccessDeniedException e) {
      files.refused(pathFile.path());
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
    } catch (AccessDeniedException e) {
      throw new UnsupportedLoaderException(
          name,
          GlibcAcceptance.UNREADABLE
              + "; the kernel may start it, but what it searches is unknown");
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
    InterpreterKind kind = kind(name, bytes);
    kinds.put(interpreter.identity(), kind);
    return kind;
  }

  private static InterpreterKind kind(String name, byte[] bytes) throws UnsupportedLoaderException {
    if (GlibcInterpreter.isGlibc(bytes)) {
      return GlibcInterpreter.read(bytes)
          .orElseThrow(
              () ->
                  new UnsupportedLoaderException(
                      name, "is glibc's, but holds no list of system directories"));
    }
    Optional<MuslInterpreter> musl = MuslInterpreter.read(bytes);
    if (musl.isEmpty()) {
      ForeignLoaders.refuse(name);
      throw new UnsupportedLoaderException(
          name,
          "is neither the GNU C library's nor musl's, and its search rules are not known to this"
              + " program");
    }
    return musl.get();
  }

  private CacheFile cache() throws IOException, MalformedLdSoCacheException {
    if (cache == null) {
      Optional<Resolution> file = files.find(CACHE).filter(Resolution::isRegularFile);
      cache =
          file.isEmpty()
              ? new CacheFile(Optional.empty(), Optional.empty())
              : readCache(file.get());
    }
    return cache;
  }

  private CacheFile readCache(Resolution file) throws IOException, MalformedLdSoCacheException {
    try {
      return new CacheFile(
          Optional.of(LdSoCacheReader.read(sysroot.file(file.path()))), Optional.empty());
    } catch (AccessDeniedException e) {
      files.refused(file.path());
      return new CacheFile(Optional.empty(), Optional.of(GlibcAcceptance.UNREADABLE));
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
    if (files.find(CACHE).isPresent()) {
      return "written for the other byte order";
    }
    return files.find(CACHE_SOURCE).isPresent()
        ? "absent although " + CACHE_SOURCE + " exists; ldconfig -r writes it"
        : "absent";
  }
}
