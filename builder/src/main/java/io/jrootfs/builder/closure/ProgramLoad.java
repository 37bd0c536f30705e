package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.ldso.Circumstances;
import io.jrootfs.builder.ldso.DynamicLoader;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.LoadedObjects;
import io.jrootfs.builder.ldso.Lookup;
import io.jrootfs.builder.ldso.PreloadFile;
import io.jrootfs.builder.ldso.Purpose;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** One namespace of a program's start, breadth-first (glibc, elf/dl-deps.c). */
final class ProgramLoad {
  private final DynamicLoader loader;
  private final ClosureBuilder builder;
  private final LoadedObjects loaded;
  private final boolean isRequired;
  private final Deque<LoadedObject> pending = new ArrayDeque<>();

  private final List<LoadedObject> objects = new ArrayList<>();

  /** How the search for each thing that the program itself names went. */
  private final List<Lookup> own = new ArrayList<>();

  private boolean hasMetMain;
  private boolean mayHoldTokens;
  private boolean hasNotes;

  /** What the object at hand is a filter for; these come next, before everything that waits. */
  private final Deque<LoadedObject> filtered = new ArrayDeque<>();

  /**
   * A namespace about to be filled.
   *
   * @param isRequired whether the program needs what is loaded here to start
   */
  private ProgramLoad(
      DynamicLoader loader, ClosureBuilder builder, LoadedObjects loaded, boolean isRequired) {
    this.isRequired = isRequired;
    this.loader = loader;
    this.builder = builder;
    this.loaded = loaded;
  }

  /** Loads a program with its auditors, each of which has a namespace of its own. */
  static ProgramLoad run(
      DynamicLoader loader,
      ClosureBuilder builder,
      Resolution file,
      ElfFile elf,
      Circumstances circumstances)
      throws IOException {
    LoadedObjects program = loader.start(file, elf, circumstances);
    for (String auditor : elf.dynamic().map(ElfDynamic::audit).orElse(ImmutableList.of())) {
      Optional<LoadedObjects> namespace = loader.forAuditor(program);
      if (namespace.isPresent()) {
        ProgramLoad load =
            new ProgramLoad(loader, builder, namespace.get(), /* isRequired= */ false);
        load.dispensable(file.path(), namespace.get().main(), auditor, Purpose.AUDIT);
        load.drain();
      }
    }
    ProgramLoad load = new ProgramLoad(loader, builder, program, /* isRequired= */ true);
    load.pending.add(program.main());
    Optional<PreloadFile> preload = loader.preload();
    if (preload.isPresent()) {
      for (String name : preload.get().names()) {
        load.dispensable(preload.get().file().path(), program.main(), name, Purpose.PRELOAD);
      }
    }
    load.drain();
    return load;
  }

  /** Everything in memory, in the order it is gone through. */
  List<LoadedObject> objects() {
    return objects;
  }

  /** Whether an object was told where to look, or for what, relative to itself or the machine. */
  boolean mayHoldTokens() {
    return mayHoldTokens;
  }

  /** Whether any object says what it will open. */
  boolean hasNotes() {
    return hasNotes;
  }

  /**
   * Whether nothing of this comes from which file the program is, apart from the names it gives.
   */
  boolean dependsOnNamesAlone() {
    return !hasMetMain && !hasNotes;
  }

  /** Takes into the closure what another program gets that gives the same names. */
  void repeatFor(LoadedObject main) {
    ImmutableList<ElfDependency> dependencies =
        main.elf().dynamic().map(ElfDynamic::dependencies).orElse(ImmutableList.of());
    int next = 0;
    for (ElfDependency dependency : dependencies) {
      if (loader.heeds(dependency.tag())) {
        own.get(next).match(recording(main, dependency));
        next++;
      }
    }
  }

  /** By what name an object is in memory. */
  LoadedObjects loaded() {
    return loaded;
  }

  DynamicLoader loader() {
    return loader;
  }

  /**
   * What dlopen(3) would do when {@code requester} calls it.
   *
   * @return whether {@code name} was found
   */
  Lookup open(LoadedObject requester, String name) throws IOException {
    return loader.find(loaded, requester, name, Purpose.NEED);
  }

  /** Takes what was opened into the closure, with all it needs. */
  void opened(LoadedObject requester, String name, Lookup lookup, UnaryOperator<FoundBy> foundBy)
      throws IOException {
    queue(lookup, /* isFilter= */ false);
    lookup.match(new Recording(requester.file().path(), name, isRequired, foundBy));
    drain();
  }

  /** Looks a name up without which the program starts as well, with a warning. */
  private void dispensable(SysrootPath from, LoadedObject requester, String name, Purpose purpose)
      throws IOException {
    Lookup lookup = loader.find(loaded, requester, name, purpose);
    queue(lookup, /* isFilter= */ false);
    lookup.match(new Recording(from, name, /* isRequired= */ false, UnaryOperator.identity()));
  }

  private void drain() throws IOException {
    while (!pending.isEmpty()) {
      LoadedObject object = pending.removeFirst();
      objects.add(object);
      hasNotes |= !object.elf().notes().dlopen().isEmpty();
      Optional<ElfDynamic> dynamic = object.elf().dynamic();
      if (dynamic.isPresent()) {
        mayHoldTokens |= dynamic.get().mayHoldTokens();
        for (ElfDependency dependency : dynamic.get().dependencies()) {
          if (loader.heeds(dependency.tag())) {
            need(object, dependency);
          }
        }
        while (!filtered.isEmpty()) {
          pending.addFirst(filtered.removeLast());
        }
      }
    }
  }

  private void need(LoadedObject object, ElfDependency dependency) throws IOException {
    Lookup lookup = loader.find(loaded, object, dependency.name(), Purpose.NEED);
    if (isSame(object, loaded.main())) {
      own.add(lookup);
    }
    queue(lookup, dependency.tag() != ElfDependency.Tag.DT_NEEDED);
    lookup.match(recording(object, dependency));
  }

  private Recording recording(LoadedObject object, ElfDependency dependency) {
    return new Recording(
        object.file().path(),
        dependency.name(),
        isRequired && !loader.toleratesAbsence(dependency.tag()),
        UnaryOperator.identity());
  }

  /** What was found has needs of its own, which wait for their turn. */
  private void queue(Lookup lookup, boolean isFilter) {
    if (lookup instanceof Lookup.Found found) {
      (isFilter ? filtered : pending).addLast(found.object());
    } else if (lookup instanceof Lookup.Known known) {
      hasMetMain |= isSame(known.object(), loaded.main());
      // One that waits already moves forward; one that is done with stays so.
      if (isFilter && pending.removeIf(it -> isSame(it, known.object()))) {
        filtered.addLast(known.object());
      }
    }
  }

  private static boolean isSame(LoadedObject one, LoadedObject other) {
    return one.file().identity().equals(other.file().identity());
  }

  private final class Recording implements Lookup.Cases<Lookup> {
    private final SysrootPath from;
    private final String name;
    private final boolean isRequired;
    private final UnaryOperator<FoundBy> foundBy;

    Recording(SysrootPath from, String name, boolean isRequired, UnaryOperator<FoundBy> foundBy) {
      this.foundBy = foundBy;
      this.from = from;
      this.name = name;
      this.isRequired = isRequired;
    }

    @Override
    public Lookup found(Lookup.Found found) {
      return loaded(found, found.object().file(), found.foundBy());
    }

    @Override
    public Lookup known(Lookup.Known known) {
      return loaded(known, known.file(), known.foundBy());
    }

    private Lookup loaded(Lookup lookup, Resolution file, FoundBy rule) {
      builder.node(file, Kind.SHARED_OBJECT);
      builder.edge(Optional.of(from), name, file, foundBy.apply(rule));
      return lookup;
    }

    @Override
    public Lookup notFound(Lookup.NotFound notFound) {
      if (isRequired || notFound.isUnholdable()) {
        builder.missing(new Missing(name, from, notFound.searched(), notFound.reason()));
      }
      return notFound;
    }
  }
}
