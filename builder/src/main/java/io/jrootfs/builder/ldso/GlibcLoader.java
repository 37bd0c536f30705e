package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.elf.ElfHeader;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The GNU C library's {@code ld.so}. LD_LIBRARY_PATH and LD_PRELOAD are left out: what is found
 * must be found again without them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man8/ld.so.8.html">ld.so(8)</a>
 * @see <a href="https://sourceware.org/git/?p=glibc.git;a=blob;f=elf/dl-load.c">glibc,
 *     elf/dl-load.c</a>
 */
public final class GlibcLoader implements DynamicLoader {
  /** Names of auditors are shorter, in bytes (elf/rtld.c, {@code audit_list_next}). */
  private static final int SECURE_NAME_LIMIT = 255;

  private final Sysroot sysroot;
  private final ElfFiles files;
  private final Resolution interpreter;
  private final ElfFile interpreterElf;
  private final GlibcInterpreter configuration;
  private final Optional<PreloadFile> preload;
  private final GlibcSharedPlaces shared;
  private final Optional<ElfMachine> machine;
  private final DynamicStringTokens tokens;
  private final ImmutableList<Circumstances> processors;
  private final GlibcAcceptance acceptance;
  private final Map<Circumstances, Habits> habits = new HashMap<>();

  /**
   * What circumstances alone decide.
   *
   * @param tokens what dynamic string tokens mean
   * @param elements what the elements of run paths mean
   * @param subdirectories what is looked into below each directory, in order
   * @param bits what the processor has
   * @param common how searches ended in the places that are the same for all requesters
   * @param withoutSystems the same for requesters that refuse system directories
   */
  private record Habits(
      DynamicStringTokens tokens,
      PathElements elements,
      ImmutableList<String> subdirectories,
      HwcapBits bits,
      Map<String, Outcome> common,
      Map<String, Outcome> withoutSystems) {}

  private record Outcome(ImmutableList<SearchedPlace> searched, Optional<SearchEnd> end) {}

  /** Made by {@link DynamicLoaders}. */
  GlibcLoader(
      Sysroot sysroot,
      ElfFiles files,
      Resolution interpreter,
      ElfFile interpreterElf,
      GlibcInterpreter configuration,
      Optional<PreloadFile> preload,
      GlibcSharedPlaces shared) {
    this.preload = preload;
    this.sysroot = sysroot;
    this.files = files;
    this.interpreter = interpreter;
    this.interpreterElf = interpreterElf;
    this.configuration = configuration;
    this.machine = ElfMachine.of(interpreterElf.header());
    this.tokens = DynamicStringTokens.of(configuration.lib(), interpreterElf.header());
    this.processors = new ProcessorDirectories(configuration, interpreterElf.header()).processors();
    this.shared = shared;
    this.acceptance = new GlibcAcceptance(files, interpreterElf.header());
  }

  @Override
  public Resolution interpreter() {
    return interpreter;
  }

  @Override
  public ElfHeader machine() {
    return interpreterElf.header();
  }

  @Override
  public boolean heeds(ElfDependency.Tag tag) {
    return true;
  }

  @Override
  public boolean toleratesAbsence(ElfDependency.Tag tag) {
    return tag == ElfDependency.Tag.DT_AUXILIARY;
  }

  @Override
  public ImmutableList<Resolution> configurationFiles() {
    return preload.map(PreloadFile::file).stream().collect(ImmutableList.toImmutableList());
  }

  @Override
  public boolean demandsVersions() {
    return true;
  }

  @Override
  public Optional<PreloadFile> preload() {
    return preload;
  }

  /**
   * The loader itself asks for an auditor, so of the program only the rpath counts. In a namespace
   * of its own the loader is not known by name: the C library's need of it causes a search, which
   * must lead to the same file.
   */
  @Override
  public Optional<LoadedObjects> forAuditor(LoadedObjects program) throws IOException {
    if (!readsAuditTags()) {
      return Optional.empty();
    }
    LoadedObject loader =
        new LoadedObject(
            interpreter,
            interpreter.requested().parent(),
            interpreterElf,
            Optional.of(program.main()));
    return Optional.of(LoadedObjects.recognising(loader, program.circumstances()));
  }

  /**
   * DT_AUDIT and DT_DEPAUDIT count since glibc 2.32 (elf/rtld.c, {@code
   * audit_list_add_dynamic_tag}). That version does not tell itself apart from older ones by a
   * banner, but it was the first loader to have no malloc for others to call (elf/Versions).
   */
  private boolean readsAuditTags() throws IOException {
    if (configuration.minorVersion() != GlibcInterpreter.LAST_WITHOUT_BANNER) {
      return configuration.minorVersion() > GlibcInterpreter.LAST_WITHOUT_BANNER;
    }
    try {
      return !files.exports(interpreter).contains("malloc");
    } catch (MalformedElfException e) {
      // It runs nothing then; auditors, which may be absent, do no harm.
      return true;
    }
  }

  @Override
  public ImmutableList<Circumstances> circumstances(HwcapsPolicy policy) {
    return policy == HwcapsPolicy.BASELINE ? processors.subList(0, 1) : processors;
  }

  @Override
  public LoadedObjects start(Resolution file, ElfFile elf, Circumstances circumstances) {
    LoadedObject main =
        elf.isSharedObject() ? LoadedObject.opened(file, elf) : LoadedObject.program(file, elf);
    LoadedObjects loaded = LoadedObjects.recognising(main, circumstances);
    nameBySoname(loaded, main);
    // The kernel has mapped the interpreter already, so its soname never causes a search
    // (elf/rtld.c, dl_main).
    LoadedObject loader = LoadedObject.opened(interpreter, interpreterElf);
    loaded.add(loader);
    loaded.name(loader, interpreter.requested().value());
    nameBySoname(loaded, loader);
    return loaded;
  }

  private static void nameBySoname(LoadedObjects loaded, LoadedObject object) {
    object.elf().dynamic().flatMap(ElfDynamic::soname).ifPresent(it -> loaded.name(object, it));
  }

  @Override
  public Lookup find(LoadedObjects loaded, LoadedObject requester, String rawName, Purpose purpose)
      throws IOException {
    Circumstances circumstances = loaded.circumstances();
    boolean isDistrusted = circumstances.isSecure() && purpose.isExtra();
    Habits usual = habits.computeIfAbsent(circumstances, this::habits);
    Optional<String> refusal = refusal(usual, requester, rawName, purpose, circumstances);
    if (refusal.isPresent()) {
      return new Lookup.NotFound(ImmutableList.of(), refusal);
    }
    String name = usual.tokens().expand(rawName, requester).orElse(rawName);
    Optional<LoadedObject> known = loaded.named(name);
    if (known.isPresent()) {
      return new Lookup.Known(known.get(), known.get().file(), FoundBy.AlreadyLoaded.INSTANCE);
    }
    GlibcSearch search = search(usual, name, isDistrusted);
    Optional<SearchEnd> end =
        name.contains("/")
            ? search.atPath(new FoundBy.ByPath(), name)
            : search(search, requester, name, circumstances.hwcaps(), usual);
    if (end.orElse(null) instanceof SearchEnd.Hit hit) {
      return record(loaded, requester, name, hit);
    }
    return new Lookup.NotFound(search.searched(), end.map(it -> ((SearchEnd.Dead) it).reason()));
  }

  /** Why a name is not even looked up; empty if it is. */
  private static Optional<String> refusal(
      Habits usual,
      LoadedObject requester,
      String name,
      Purpose purpose,
      Circumstances circumstances) {
    boolean isLong = name.getBytes(StandardCharsets.UTF_8).length >= SECURE_NAME_LIMIT;
    if (purpose == Purpose.AUDIT && isLong) {
      return Optional.of("the loader takes no auditor with a name as long as that");
    }
    if (!circumstances.isSecure() || name.indexOf('$') < 0) {
      return Optional.empty();
    }
    if (purpose == Purpose.NEED) {
      return Optional.of(
          "the loader allows no dynamic string token there in a program that gains privileges");
    }
    return usual.elements().expand(name, requester).isPresent()
        ? Optional.empty()
        : Optional.of(usual.elements().whyDropped());
  }

  private Habits habits(Circumstances circumstances) {
    DynamicStringTokens here = circumstances.platform().map(tokens::on).orElse(tokens);
    return new Habits(
        here,
        circumstances.isSecure() ? new TrustedPaths(here, configuration.systemDirectories()) : here,
        ProcessorDirectories.before(circumstances),
        HwcapBits.of(machine, circumstances.legacy()),
        new HashMap<>(),
        new HashMap<>());
  }

  private static Lookup record(
      LoadedObjects loaded, LoadedObject requester, String name, SearchEnd.Hit hit) {
    Optional<LoadedObject> same = loaded.identified(hit.file().identity());
    if (same.isPresent()) {
      loaded.name(same.get(), name);
      return new Lookup.Known(same.get(), hit.file(), hit.foundBy());
    }
    LoadedObject object = LoadedObject.library(hit.file(), hit.elf(), requester);
    loaded.add(object);
    loaded.name(object, name);
    loaded.name(object, hit.file().requested().value());
    nameBySoname(loaded, object);
    return new Lookup.Found(object, hit.foundBy());
  }

  /** The rules in their order: elf/dl-load.c, {@code _dl_map_object}. */
  private Optional<SearchEnd> search(
      GlibcSearch search,
      LoadedObject requester,
      String name,
      ImmutableList<String> hwcaps,
      Habits usual)
      throws IOException {
    Optional<ElfDynamic> dynamic = requester.elf().dynamic();
    Optional<String> runPath = dynamic.flatMap(ElfDynamic::runPath);
    Optional<SearchEnd> end = runPath.isEmpty() ? alongRpaths(search, requester) : Optional.empty();
    if (end.isEmpty() && runPath.isPresent()) {
      end = search.inPathList(new FoundBy.RunPath(), runPath.get(), requester);
    }
    if (end.isPresent()) {
      return end;
    }
    boolean noDefault = dynamic.map(ElfDynamic::hasNoDefaultLibraries).orElse(false);
    if (search.isDistrusted()) {
      return shared.searchWithoutCache(search, noDefault);
    }
    Map<String, Outcome> outcomes = noDefault ? usual.withoutSystems() : usual.common();
    Outcome outcome = outcomes.get(name);
    if (outcome == null) {
      GlibcSearch common = search(usual, name, /* isDistrusted= */ false);
      Optional<SearchEnd> found = shared.search(common, noDefault, hwcaps, usual.bits());
      outcome = new Outcome(common.searched(), found);
      outcomes.put(name, outcome);
    }
    search.note(outcome.searched());
    return outcome.end();
  }

  private GlibcSearch search(Habits usual, String name, boolean isDistrusted) {
    return new GlibcSearch(
        sysroot, files, usual.elements(), acceptance, usual.subdirectories(), name, isDistrusted);
  }

  /**
   * The requester's rpath, its requester's, and so on. The chain ends at the program, whose rpath
   * therefore counts for everything without a run path of its own.
   */
  private static Optional<SearchEnd> alongRpaths(GlibcSearch search, LoadedObject requester)
      throws IOException {
    Optional<LoadedObject> at = Optional.of(requester);
    while (at.isPresent()) {
      Optional<SearchEnd> end = inRpathOf(search, at.get());
      if (end.isPresent()) {
        return end;
      }
      at = at.get().requester();
    }
    return Optional.empty();
  }

  /** A run path makes the same object's rpath void (elf/get-dynamic-info.h). */
  private static Optional<SearchEnd> inRpathOf(GlibcSearch search, LoadedObject object)
      throws IOException {
    Optional<ElfDynamic> dynamic =
        object.elf().dynamic().filter(it -> it.runPath().isEmpty() && it.rpath().isPresent());
    return dynamic.isEmpty()
        ? Optional.empty()
        : search.inPathList(
            new FoundBy.Rpath(object.file().path()), dynamic.get().rpath().orElseThrow(), object);
  }
}
