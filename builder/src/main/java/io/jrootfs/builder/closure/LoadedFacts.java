package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.MuslLoader;
import java.io.IOException;
import java.util.Optional;

/** What there is to know beyond names, once everything that starts with a program is loaded. */
final class LoadedFacts {
  private final ElfFiles files;
  private final ClosureBuilder builder;
  private final boolean withSuggested;
  private final VersionCheck versions;

  LoadedFacts(ElfFiles files, ClosureBuilder builder, boolean withSuggested) {
    this.files = files;
    this.builder = builder;
    this.withSuggested = withSuggested;
    this.versions = new VersionCheck(files, builder);
  }

  void collect(ProgramLoad load) throws IOException {
    if (load.loader().demandsVersions()) {
      for (LoadedObject object : load.objects()) {
        versions.check(load.loaded(), object);
      }
    }
    if (load.hasNotes()) {
      new DlopenNotes(load, builder, withSuggested).follow();
    }
    for (LoadedObject object : load.objects()) {
      symbols(load, object);
    }
  }

  /** The same of a program that gets what another got, of which all is known already. */
  void collectFor(LoadedObject main, ProgramLoad same) throws IOException {
    if (same.loader().demandsVersions()) {
      versions.check(same.loaded(), main);
    }
    symbols(same, main);
  }

  private void symbols(ProgramLoad load, LoadedObject object) throws IOException {
    boolean isMusl = load.loader() instanceof MuslLoader;
    if (builder.symbols().isNew(object.file().path(), isMusl)) {
      calls(object, isMusl);
    }
  }

  /** What the functions that an object calls tell. */
  private void calls(LoadedObject object, boolean isMusl) throws IOException {
    try {
      builder
          .symbols()
          .add(
              object.file().path(),
              files.imports(object.file()),
              isMusl,
              !object.elf().notes().dlopen().isEmpty());
    } catch (MalformedElfException e) {
      builder.advise(
          new Advice(
              "symbols", ImmutableList.of(object.file().path()), e.complaint(), Optional.empty()));
    }
  }
}
