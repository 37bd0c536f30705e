package io.jrootfs.builder.ldso;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * musl's dynamic loader, which is also its C library. No cache, no processor-specific directories,
 * no filters; run paths are inherited as rpaths are.
 *
 * @see <a href="https://git.musl-libc.org/cgit/musl/tree/ldso/dynlink.c">musl, ldso/dynlink.c</a>
 */
public final class MuslLoader implements DynamicLoader {
  /** Names that mean the loader itself, whatever follows the dot. */
  private static final ImmutableList<String> SELF =
      ImmutableList.of("libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet.");

  /** What only a C library defines, musl or other. */
  private static final ImmutableSet<String> C_LIBRARY =
      ImmutableSet.of("__libc_start_main", "stdin");

  private static final Splitter PATH_LIST = Splitter.onPattern("[:\n]").omitEmptyStrings();
  private static final Pattern ORIGIN = Pattern.compile("\\$(?:ORIGIN|\\{ORIGIN\\})");
  private static final int NAME_MAX = 255;

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final LoadedObject self;
  private final Optional<Resolution> pathFile;
  private final ImmutableList<String> systemPath;

  /**
   * Made by {@link DynamicLoaders}.
   *
   * @param pathFile musl's configuration, if there is any
   * @param systemPath what stands in it, else what is built in
   */
  MuslLoader(
      Sysroot sysroot,
      ElfFiles files,
      Resolution interpreter,
      ElfFile interpreterElf,
      Optional<Resolution> pathFile,
      ImmutableList<String> systemPath) {
    this.sysroot = sysroot;
    this.files = files;
    this.self = LoadedObject.opened(interpreter, interpreterElf);
    this.pathFile = pathFile;
    this.systemPath = systemPath;
  }

  /** The directories in a path file. */
  static ImmutableList<String> directories(String text) {
    int end = text.indexOf('\0');
    return ImmutableList.copyOf(PATH_LIST.split(end < 0 ? text : text.substring(0, end)));
  }

  @Override
  public Resolution interpreter() {
    return self.file();
  }

  @Override
  public ElfHeader machine() {
    return self.elf().header();
  }

  @Override
  public boolean heeds(ElfDependency.Tag tag) {
    return tag == ElfDependency.Tag.DT_NEEDED;
  }

  @Override
  public boolean toleratesAbsence(ElfDependency.Tag tag) {
    return false;
  }

  @Override
  public ImmutableList<Resolution> configurationFiles() {
    return pathFile.stream().collect(ImmutableList.toImmutableList());
  }

  @Override
  public ImmutableList<Circumstances> circumstances(HwcapsPolicy policy) {
    return ImmutableList.of(Circumstances.USUAL);
  }

  @Override
  public LoadedObjects start(Resolution file, ElfFile elf, Circumstances circumstances) {
    return LoadedObjects.overlooking(
        elf.isSharedObject() ? LoadedObject.opened(file, elf) : LoadedObject.program(file, elf),
        circumstances);
  }

  @Override
  public boolean demandsVersions() {
    return false;
  }

  @Override
  public Optional<PreloadFile> preload() {
    return Optional.empty();
  }

  @Override
  public Optional<LoadedObjects> forAuditor(LoadedObjects program) {
    return Optional.empty();
  }

  @Override
  public Lookup find(LoadedObjects loaded, LoadedObject requester, String name, Purpose purpose)
      throws IOException {
    if (isSelf(name)) {
      loaded.add(self);
      return new Lookup.Known(self, self.file(), FoundBy.AlreadyLoaded.INSTANCE);
    }
    boolean isPath = name.contains("/");
    Optional<LoadedObject> known = isPath ? Optional.empty() : loaded.named(name);
    if (known.isPresent()) {
      return new Lookup.Known(known.get(), known.get().file(), FoundBy.AlreadyLoaded.INSTANCE);
    }
    MuslSearch search = new MuslSearch(sysroot, files, machine(), name);
    Optional<SearchEnd> end =
        isPath
            ? search.atPath(new FoundBy.ByPath())
            : search(search, requester, name, loaded.circumstances().isSecure());
    if (end.orElse(null) instanceof SearchEnd.Hit hit) {
      boolean isNew = loaded.identified(hit.file().identity()).isEmpty();
      if (isNew && isCLibrary(hit.file())) {
        loaded.add(self);
        return new Lookup.Known(self, hit.file(), hit.foundBy());
      }
      return record(loaded, requester, isPath, hit);
    }
    return new Lookup.NotFound(
        search.searched(),
        name.isEmpty()
            ? Optional.of("the name is empty")
            : end.map(it -> ((SearchEnd.Dead) it).reason()));
  }

  /** Two C libraries in one process would not do, so musl takes itself for any other. */
  private boolean isCLibrary(Resolution file) throws IOException {
    try {
      return files.exports(file).containsAll(C_LIBRARY);
    } catch (MalformedElfException e) {
      // Its symbols cannot be looked up, so musl does not find these either.
      return false;
    }
  }

  private boolean isSelf(String name) {
    return SELF.stream().anyMatch(name::startsWith) || name.equals(self.file().requested().value());
  }

  private static Lookup record(
      LoadedObjects loaded, LoadedObject requester, boolean isPath, SearchEnd.Hit hit) {
    Optional<LoadedObject> same = loaded.identified(hit.file().identity());
    LoadedObject object =
        same.orElseGet(() -> LoadedObject.library(hit.file(), hit.elf(), requester));
    // DT_SONAME plays no part: an object answers to the name of the file it was found as, once a
    // search has found it.
    if (!isPath) {
      loaded.nameOnce(object, object.file().requested().fileName());
    }
    if (same.isPresent()) {
      return new Lookup.Known(object, hit.file(), hit.foundBy());
    }
    loaded.add(object);
    return new Lookup.Found(object, hit.foundBy());
  }

  private Optional<SearchEnd> search(
      MuslSearch search, LoadedObject requester, String name, boolean isSecure) throws IOException {
    if (name.isEmpty() || name.length() > NAME_MAX) {
      return Optional.empty();
    }
    Optional<LoadedObject> at = Optional.of(requester);
    while (at.isPresent()) {
      Optional<SearchEnd> end = inRpathOf(search, at.get(), isSecure);
      if (end.isPresent()) {
        return end;
      }
      at = at.get().requester();
    }
    return search.inDirectories(new FoundBy.DefaultPath(), systemPath);
  }

  private static Optional<SearchEnd> inRpathOf(
      MuslSearch search, LoadedObject object, boolean isSecure) throws IOException {
    Optional<String> list =
        object.elf().dynamic().flatMap(dynamic -> dynamic.runPath().or(dynamic::rpath));
    if (list.isEmpty()) {
      return Optional.empty();
    }
    FoundBy rule = new FoundBy.Rpath(object.file().path());
    // Whoever makes a hard link to the program would choose its libraries (fixup_rpath).
    if (isSecure && object.requester().isEmpty() && list.get().indexOf('$') >= 0) {
      search.note(
          new SearchedPlace(
              rule, list.get(), Optional.of("of no effect in a program that gains privileges")));
      return Optional.empty();
    }
    Optional<String> expanded = expand(list.get(), object.origin());
    if (expanded.isEmpty()) {
      search.note(
          new SearchedPlace(rule, list.get(), Optional.of("musl knows no token but $ORIGIN")));
      return Optional.empty();
    }
    return search.inDirectories(rule, PATH_LIST.split(expanded.get()));
  }

  /** One unknown dollar sign and the whole list is void ({@code fixup_rpath}). */
  private static Optional<String> expand(String list, SysrootPath origin) {
    // The root directory is the empty text before a slash.
    String directory = origin.equals(SysrootPath.ROOT) ? "" : origin.value();
    String without = ORIGIN.matcher(list).replaceAll("");
    return without.indexOf('$') >= 0
        ? Optional.empty()
        : Optional.of(ORIGIN.matcher(list).replaceAll(Matcher.quoteReplacement(directory)));
  }
}
