package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.UnknownProgramException;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapEvent;
import io.jrootfs.builder.debian.BootstrapException;
import io.jrootfs.builder.debian.BootstrapHost;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.dpkg.DatabaseReading;
import io.jrootfs.builder.dpkg.PackageMetadata;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.feature.FeatureFinder;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.feature.MissingFeatureException;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.BaseImage;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.MissingEntryException;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The build, one public method a stage. Each takes what the stage before it returned, which can as
 * well be made by hand.
 */
public final class RootfsBuild {
  private RootfsBuild() {}

  /**
   * Makes the base that everything else is put upon.
   *
   * @param host where and with what it is made
   * @param events gets what the tool says, on this thread
   * @throws BootstrapException if no machine could make it
   * @throws IOException if this one cannot
   */
  public static BaseSystem bootstrap(
      RootfsRequest request,
      BootstrapRequest base,
      BootstrapHost host,
      Consumer<BootstrapEvent> events)
      throws BootstrapException, IOException {
    return BaseSystem.make(base, host, request.sourceDateEpoch(), events);
  }

  /** The same of packages that are locked, or are to be. */
  public static BaseSystem bootstrap(
      RootfsRequest request,
      BootstrapRequest base,
      BootstrapHost host,
      Consumer<BootstrapEvent> events,
      BaseSystem.Packages packages)
      throws BootstrapException, IOException {
    return BaseSystem.make(base, host, request.sourceDateEpoch(), events, packages);
  }

  /**
   * From names to everything the programs load. What is missing is in the closure, not thrown.
   *
   * @param programs names or paths
   * @param searchPath directories for bare names
   * @param workingDirectory what relative paths start from, inside the sysroot
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws IOException if the sysroot cannot be read
   */
  public static Closure resolve(
      ImmutableList<String> programs,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory)
      throws IOException, ClosureException {
    return resolve(programs, sysroot, searchPath, workingDirectory, ClosureOptions.DEFAULT);
  }

  /**
   * The same, as far as {@code options} say.
   *
   * @param programs names or paths
   * @param searchPath directories for bare names
   * @param workingDirectory what relative paths start from, inside the sysroot
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws IOException if the sysroot cannot be read
   */
  public static Closure resolve(
      ImmutableList<String> programs,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions options)
      throws IOException, ClosureException {
    ProgramFinder finder =
        new ProgramFinder(sysroot, searchPath, workingDirectory, options.machine());
    ImmutableList.Builder<Program> found = ImmutableList.builder();
    ImmutableList.Builder<UnknownProgramException> unknown = ImmutableList.builder();
    for (String program : programs) {
      try {
        found.add(finder.find(program));
      } catch (UnknownProgramException e) {
        unknown.add(e);
      }
    }
    UnknownProgramException.throwAny(unknown.build());
    return new ClosureResolver(sysroot, searchPath, options).resolve(found.build());
  }

  /**
   * What a request leads to.
   *
   * @param closure of all programs, those of the features included
   * @param features what each brings
   */
  public record Resolved(Closure closure, ImmutableList<FeatureFiles> features) {}

  /**
   * {@link #resolve(ImmutableList, Sysroot, ImmutableList, SysrootPath)} for everything that a
   * request asks for.
   *
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws MissingFeatureException if the sysroot has not got a feature
   * @throws IOException if the sysroot cannot be read
   */
  public static Resolved resolve(
      RootfsRequest request,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions options)
      throws IOException, ClosureException, MissingFeatureException {
    Closure named = resolve(request.programs(), sysroot, searchPath, workingDirectory, options);
    ClosureResolver resolver = new ClosureResolver(sysroot, searchPath, options);
    Closure programs = grown(named, request.additions().programs(), resolver);
    // Where features are depends on the C library of the programs.
    FeatureFinder finder = new FeatureFinder(programs, sysroot);
    ImmutableList.Builder<FeatureFiles> found = ImmutableList.builder();
    for (FeatureRequest feature : request.features()) {
      found.add(finder.find(feature));
    }
    ImmutableList<FeatureFiles> features = found.build();
    ImmutableList<Program> opened =
        features.stream()
            .flatMap(feature -> feature.programs().stream())
            .collect(ImmutableList.toImmutableList());
    Closure all = grown(programs, opened, resolver);
    all.requireKnownMachine();
    return new Resolved(all, features);
  }

  /**
   * The same on a base: a program that the base has is taken from there, with everything it needs.
   * The closure holds what the others load.
   *
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws MissingFeatureException if neither the base nor the sysroot has a feature
   * @throws IOException if the sysroot or the base cannot be read
   */
  public static Resolved resolveOn(
      Base base,
      RootfsRequest request,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions asked)
      throws IOException, ClosureException, MissingFeatureException {
    return BaseResolution.resolve(base, request, sysroot, searchPath, workingDirectory, asked);
  }

  private static Closure grown(
      Closure closure, ImmutableList<Program> more, ClosureResolver resolver)
      throws IOException, ClosureException {
    return more.isEmpty()
        ? closure
        : resolver.resolve(
            ImmutableList.<Program>builder().addAll(closure.programs()).addAll(more).build());
  }

  /**
   * A tree put together.
   *
   * @param unkept what its files had where they are from and no image keeps: extended attributes by
   *     name, records of a base's layers by keyword
   */
  public record Assembled(Rootfs rootfs, ImmutableList<DirectoryWriter.Omission> unkept) {}

  /**
   * From the closure to the tree to be written: its files under every name that a loader looks up,
   * the copies, the features' files, and what every root needs.
   *
   * @throws IncompleteClosureException if something the programs need is missing
   * @throws MissingEntryException if something is to be changed that is not there
   * @throws RootfsConflictException if two sources want different things in one place
   * @throws UncopyableFileException if no image can hold a file
   * @throws UnknownUserException if the user that the request names is not in the tree
   * @throws IOException if a file cannot be read
   */
  public static Assembled assemble(RootfsRequest request, Resolved resolved, Sysroot sysroot)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException,
          UnknownUserException {
    return RootfsAssembly.assemble(
        new RootfsAssembler(sysroot, request.sourceDateEpoch()), request, resolved);
  }

  /** The same on a base. */
  public static Assembled assembleOn(
      Base base, RootfsRequest request, Resolved resolved, Sysroot sysroot)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException,
          UnknownUserException {
    RootfsAssembler assembler = new RootfsAssembler(sysroot, request.sourceDateEpoch());
    if (!(base instanceof BaseImage image)) {
      assembler.addBase(base.rootfs(), base.title());
      return RootfsAssembly.assemble(assembler, request, resolved);
    }
    assembler.addImage(base.rootfs(), base.title());
    Assembled assembled = RootfsAssembly.assemble(assembler, request, resolved);
    Omissions unkept =
        image.lostIn(
            assembled.rootfs(), /* areLayersKept= */ request.output().format().form().isPresent());
    unkept.addAll(assembled.unkept());
    return new Assembled(assembled.rootfs(), unkept.all());
  }

  /**
   * The same tree with what tells scanners which packages of the sysroot its files are from.
   *
   * @param reading of dpkg's database of the sysroot, which may have begun long ago
   * @throws RootfsConflictException if something that is no directory is where one must be
   * @throws UncopyableFileException if no image can hold a file
   * @throws IOException if the sysroot, its database or the base's cannot be read
   */
  public static PackageMetadata.Told withPackageMetadata(
      RootfsRequest request, Rootfs rootfs, Sysroot sysroot, DatabaseReading reading)
      throws IOException, RootfsConflictException, UncopyableFileException {
    return PackageMetadata.addedTo(rootfs, sysroot, reading, request.sourceDateEpoch());
  }

  /**
   * Writes the tree in one layer, if it is to be an image.
   *
   * @param defaults of an image
   * @throws IOException if a file cannot be read or the output not be written
   */
  public static BuildReport write(RootfsRequest request, ImageDefaults defaults, Rootfs rootfs)
      throws IOException {
    return write(request, defaults, rootfs, PackageOrigins.none());
  }

  /**
   * Writes the tree as the request asks; the output appears complete or not at all.
   *
   * @param defaults of an image
   * @param origins by which an image of several layers is split
   * @throws IOException if a file cannot be read or the output not be written
   */
  public static BuildReport write(
      RootfsRequest request, ImageDefaults defaults, Rootfs rootfs, PackageOrigins origins)
      throws IOException {
    return RootfsOutput.write(request, defaults, rootfs, origins, Optional.empty());
  }

  /**
   * The same on a base. If that is an image, its layers stay what they are, and what differs is in
   * layers on top of them.
   *
   * @throws ImageFormatException if a document of a base image is damaged
   * @throws IOException if a file cannot be read or the output not be written
   */
  public static BuildReport writeOn(
      Base base,
      RootfsRequest request,
      ImageDefaults defaults,
      Rootfs rootfs,
      PackageOrigins origins)
      throws IOException, ImageFormatException {
    return base instanceof BaseImage image
        ? RootfsOutput.writeOn(image, request, defaults, rootfs, origins)
        : RootfsOutput.write(request, defaults, rootfs, origins, Optional.of(base));
  }
}
