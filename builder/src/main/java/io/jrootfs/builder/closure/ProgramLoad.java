package io.jrootfs.builder.closure;

import io.jrootfs.builder.closure.Closure.Kind;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfDependency;
import io.jrootfs.builder.elf.ElfDynamic;
import io.jrootfs.builder.elf.ElfFile;
import io.jrootfs.builder.ldso.Circumstances;
import io.jrootfs.builder.ldso.DynamicLoader;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.LoadedObjects;
import io.jrootfs.builder.ldso.Lookup;
import io.jrootfs.builder.sysroot.Resolution;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One program's start, breadth-first (glibc, elf/dl-deps.c). */
final class ProgramLoad {
  private final DynamicLoader loader;
  private final ClosureBuilder builder;
  private final Deque<LoadedObject> pending = new ArrayDeque<>();

  /** What the object at hand is a filter for; these come next, before everything that waits. */
  private final Deque<LoadedObject> filtered = new ArrayDeque<>();

  ProgramLoad(DynamicLoader loader, ClosureBuilder builder) {
    this.loader = loader;
    this.builder = builder;
  }

  void run(Resolution file, ElfFile elf, Circumstances circumstances) throws IOException {
    LoadedObjects loaded = loader.start(file, elf, circumstances);
    pending.add(loaded.main());
    while (!pending.isEmpty()) {
      LoadedObject object = pending.removeFirst();
      Optional<ElfDynamic> dynamic = object.elf().dynamic();
      if (dynamic.isPresent()) {
        for (ElfDependency dependency : dynamic.get().dependencies()) {
          if (loader.heeds(dependency.tag())) {
            Lookup lookup = loader.find(loaded, object, dependency.name());
            lookup.match(new Recording(object, dependency));
          }
        }
        while (!filtered.isEmpty()) {
          pending.addFirst(filtered.removeLast());
        }
      }
    }
  }

  private final class Recording implements Lookup.Cases<Lookup> {
    private final LoadedObject requester;
    private final ElfDependency dependency;

    Recording(LoadedObject requester, ElfDependency dependency) {
      this.requester = requester;
      this.dependency = dependency;
    }

    private boolean isFilter() {
      return dependency.tag() != ElfDependency.Tag.DT_NEEDED;
    }

    private static boolean isSame(LoadedObject one, LoadedObject other) {
      return one.file().identity().equals(other.file().identity());
    }

    @Override
    public Lookup found(Lookup.Found found) {
      LoadedObject object = found.object();
      if (isFilter()) {
        filtered.addLast(object);
      } else {
        pending.addLast(object);
      }
      builder.node(object.file(), Kind.SHARED_OBJECT);
      builder.edge(
          Optional.of(requester.file().path()), dependency.name(), object.file(), found.foundBy());
      return found;
    }

    @Override
    public Lookup known(Lookup.Known known) {
      // One that waits already moves forward; one that is done with stays so.
      if (isFilter() && pending.removeIf(it -> isSame(it, known.object()))) {
        filtered.addLast(known.object());
      }
      builder.node(known.file(), Kind.SHARED_OBJECT);
      builder.edge(
          Optional.of(requester.file().path()), dependency.name(), known.file(), known.foundBy());
      return known;
    }

    @Override
    public Lookup notFound(Lookup.NotFound notFound) {
      if (!loader.toleratesAbsence(dependency.tag())) {
        builder.missing(
            new Missing(
                dependency.name(),
                requester.file().path(),
                notFound.searched(),
                notFound.reason()));
      }
      return notFound;
    }
  }
}
