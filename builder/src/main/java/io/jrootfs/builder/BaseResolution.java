package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.RootfsBuild.Resolved;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.UnknownProgramException;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.feature.FeatureFinder;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.feature.MissingFeatureException;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;

/** Where programs are from that stand on a base: the base, or what it lacks, the source root. */
final class BaseResolution {
  private BaseResolution() {}

  static Resolved resolve(
      Base base,
      RootfsRequest request,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions asked)
      throws IOException, ClosureException, MissingFeatureException {
    ClosureOptions options =
        ElfMachine.ofArchitecture(base.config().platform().architecture())
            .map(asked::withMachine)
            .orElse(asked);
    ClosureResolver resolver = new ClosureResolver(sysroot, searchPath, options);
    if (request.programs().isEmpty() && request.features().isEmpty()) {
      // Nothing is looked for in the base, and to unpack it would take as long as to write it.
      ImmutableList<Program> files = request.additions().programs();
      Closure none = resolver.resolve(ImmutableList.of());
      return new Resolved(resolver.resolve(files).on(none, files), ImmutableList.of());
    }
    Sysroot ofBase = base.unpacked();
    ImmutableList<SysrootPath> pathOfBase = ImageDefaults.pathOf(base);
    ProgramFinder inBase = new ProgramFinder(ofBase, pathOfBase, SysrootPath.ROOT);
    ProgramFinder elsewhere =
        new ProgramFinder(sysroot, searchPath, workingDirectory, options.machine());
    ImmutableList.Builder<Program> all = ImmutableList.builder();
    ImmutableList.Builder<Program> there = ImmutableList.builder();
    ImmutableList.Builder<Program> added = ImmutableList.builder();
    ImmutableList.Builder<UnknownProgramException> unknown = ImmutableList.builder();
    for (String name : request.programs()) {
      Optional<Program> found = isOfTheBase(name) ? inBase.search(name) : Optional.empty();
      try {
        Program program = found.isPresent() ? found.get() : elsewhere.find(name);
        all.add(program);
        (found.isPresent() ? there : added).add(program);
      } catch (UnknownProgramException e) {
        unknown.add(e);
      }
    }
    UnknownProgramException.throwAny(unknown.build());
    all.addAll(request.additions().programs());
    added.addAll(request.additions().programs());
    Closure present =
        new ClosureResolver(ofBase, pathOfBase, options.withLibraryPath(ImmutableList.of()))
            .resolve(there.build());
    Closure closure = resolver.resolve(added.build());
    ImmutableList<FeatureFiles> features =
        features(request, new FeatureFinder(present, ofBase), new FeatureFinder(closure, sysroot));
    ImmutableList<Program> opened =
        features.stream()
            .flatMap(feature -> feature.programs().stream())
            .collect(ImmutableList.toImmutableList());
    if (!opened.isEmpty()) {
      closure = resolver.resolve(added.addAll(opened).build());
    }
    return new Resolved(closure.on(present, all.build()), features);
  }

  /** A feature that the base has is not brought again; what is made for it fills gaps. */
  private static ImmutableList<FeatureFiles> features(
      RootfsRequest request, FeatureFinder inBase, FeatureFinder elsewhere)
      throws IOException, MissingFeatureException {
    ImmutableList.Builder<FeatureFiles> features = ImmutableList.builder();
    for (FeatureRequest feature : request.features()) {
      features.add(inBaseOr(elsewhere, inBase, feature));
    }
    return features.build();
  }

  private static FeatureFiles inBaseOr(
      FeatureFinder elsewhere, FeatureFinder inBase, FeatureRequest feature)
      throws IOException, MissingFeatureException {
    FeatureFiles there;
    try {
      there = inBase.find(feature);
    } catch (MissingFeatureException e) {
      // That it lacks is no failure: then it comes from where the other files are from.
      return elsewhere.find(feature);
    }
    return new FeatureFiles(feature, ImmutableList.of(), ImmutableSortedSet.of(), there.defaults());
  }

  /** What is relative to the working directory is meant to be there. */
  private static boolean isOfTheBase(String name) {
    return name.startsWith("/") || !name.contains("/");
  }
}
