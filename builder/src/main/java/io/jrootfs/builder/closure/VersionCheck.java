package io.jrootfs.builder.closure;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.Multimaps;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the symbol versions that objects need with those the objects they got define. One that
 * lacks ends the program before it starts (glibc, elf/dl-version.c).
 */
final class VersionCheck {
  private final ElfFiles files;
  private final ClosureBuilder builder;

  /** Which object was held against which, in this walk: programs share most of theirs. */
  private final Set<Pair> done = new HashSet<>();

  private final Map<SysrootPath, ImmutableListMultimap<String, ElfVersions.Need>> needs =
      new HashMap<>();

  private record Pair(SysrootPath needing, SysrootPath providing) {
    @Override
    public int hashCode() {
      return needing.hashCode() * 31 + providing.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Pair pair
          && pair.needing.equals(needing)
          && pair.providing.equals(providing);
    }
  }

  VersionCheck(ElfFiles files, ClosureBuilder builder) {
    this.files = files;
    this.builder = builder;
  }

  void check(LoadedObjects loaded, LoadedObject object) throws IOException {
    SysrootPath path = object.file().path();
    ImmutableListMultimap<String, ElfVersions.Need> needs;
    try {
      needs = needs(object);
    } catch (MalformedElfException e) {
      builder.missing(missing("symbol versions", path, path.value() + " " + e.complaint()));
      return;
    }
    for (String file : needs.keySet()) {
      // What is not loaded is reported as such; there is no need to say it once more.
      Optional<LoadedObject> provider = loaded.named(file);
      if (provider.isPresent() && done.add(new Pair(path, provider.get().file().path()))) {
        check(path, provider.get(), needs.get(file));
      }
    }
  }

  /** By the names of those who must provide them. */
  private ImmutableListMultimap<String, ElfVersions.Need> needs(LoadedObject object)
      throws IOException, MalformedElfException {
    ImmutableListMultimap<String, ElfVersions.Need> known = needs.get(object.file().path());
    if (known == null) {
      known = Multimaps.index(files.versions(object.file()).needs(), ElfVersions.Need::file);
      needs.put(object.file().path(), known);
    }
    return known;
  }

  private void check(SysrootPath path, LoadedObject provider, List<ElfVersions.Need> needs)
      throws IOException {
    for (ElfVersions.Need need : needs) {
      Optional<String> fault = need.isWeak() ? Optional.empty() : fault(provider, need.version());
      if (fault.isPresent()) {
        builder.missing(
            missing(
                need.file() + " (" + need.version().name() + ")",
                path,
                provider.file().path() + " " + fault.get()));
      }
    }
  }

  /** One without any definitions is older than versions and taken as it is. */
  private Optional<String> fault(LoadedObject provider, ElfVersions.Version needed)
      throws IOException {
    ElfVersions versions;
    try {
      versions = files.versions(provider.file());
    } catch (MalformedElfException e) {
      // Reported when its own turn comes.
      return Optional.empty();
    }
    if (!versions.hasDefinitions() || versions.definitions().contains(needed)) {
      return Optional.empty();
    }
    boolean isNamed =
        versions.definitions().stream().anyMatch(it -> it.name().equals(needed.name()));
    return Optional.of(
        isNamed
            ? "defines it under another hash, by which loaders find it"
            : "defines no such version");
  }

  private static Missing missing(String requested, SysrootPath neededBy, String reason) {
    return new Missing(requested, neededBy, ImmutableList.of(), Optional.of(reason));
  }
}
