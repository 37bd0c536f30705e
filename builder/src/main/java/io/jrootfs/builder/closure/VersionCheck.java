package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure.Missing;
import io.jrootfs.builder.elf.ElfVersions;
import io.jrootfs.builder.elf.MalformedElfException;
import io.jrootfs.builder.ldso.ElfFiles;
import io.jrootfs.builder.ldso.LoadedObject;
import io.jrootfs.builder.ldso.LoadedObjects;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the symbol versions that objects need with those the objects they got define. One that
 * lacks ends the program before it starts (glibc, elf/dl-version.c).
 */
final class VersionCheck {
  private final ElfFiles files;
  private final ClosureBuilder builder;

  /** Which object was held against which, in this walk: programs share most of theirs. */
  private final Set<Pair> done = new HashSet<>();

  private record Pair(SysrootPath needing, SysrootPath providing) {}

  VersionCheck(ElfFiles files, ClosureBuilder builder) {
    this.files = files;
    this.builder = builder;
  }

  void check(LoadedObjects loaded, LoadedObject object) throws IOException {
    SysrootPath path = object.file().path();
    ElfVersions versions;
    try {
      versions = files.versions(object.file());
    } catch (MalformedElfException e) {
      builder.missing(missing("symbol versions", path, path.value() + " " + e.complaint()));
      return;
    }
    Map<String, Optional<LoadedObject>> providers = new HashMap<>();
    for (ElfVersions.Need need : versions.needs()) {
      Optional<LoadedObject> provider =
          providers.computeIfAbsent(need.file(), file -> unchecked(loaded, path, file));
      if (!need.isWeak() && provider.isPresent() && lacks(provider.get(), need.version())) {
        builder.missing(
            missing(
                need.file() + " (" + need.version() + ")",
                path,
                provider.get().file().path() + " defines no such version"));
      }
    }
  }

  /** What is not loaded is reported as such; there is no need to say it once more. */
  private Optional<LoadedObject> unchecked(LoadedObjects loaded, SysrootPath path, String file) {
    return loaded.named(file).filter(it -> done.add(new Pair(path, it.file().path())));
  }

  /** One without any definitions is older than versions and taken as it is. */
  private boolean lacks(LoadedObject provider, String version) throws IOException {
    try {
      ElfVersions versions = files.versions(provider.file());
      return versions.hasDefinitions() && !versions.definitions().contains(version);
    } catch (MalformedElfException e) {
      // Reported when its own turn comes.
      return false;
    }
  }

  private static Missing missing(String requested, SysrootPath neededBy, String reason) {
    return new Missing(requested, neededBy, ImmutableList.of(), Optional.of(reason));
  }
}
