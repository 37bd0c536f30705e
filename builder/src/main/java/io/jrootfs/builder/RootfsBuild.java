package io.jrootfs.builder;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ClosureResolver;
import io.jrootfs.builder.closure.LoaderCache;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapEvent;
import io.jrootfs.builder.debian.BootstrapException;
import io.jrootfs.builder.debian.BootstrapHost;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.dpkg.PackageMetadata;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.feature.FeatureFinder;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.feature.MissingFeatureException;
import io.jrootfs.builder.image.HybridArchive;
import io.jrootfs.builder.image.LayerWriter;
import io.jrootfs.builder.image.OriginLayers;
import io.jrootfs.builder.image.Provenance;
import io.jrootfs.builder.image.RootfsArchive;
import io.jrootfs.builder.image.WrittenImage;
import io.jrootfs.builder.image.WrittenLayer;
import io.jrootfs.builder.rootfs.AccountLines;
import io.jrootfs.builder.rootfs.Amendment;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.MissingEntryException;
import io.jrootfs.builder.rootfs.PendingDirectory;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsAssembler;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.rootfs.RootfsSkeleton;
import io.jrootfs.builder.rootfs.TemporaryDirectory;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
    for (String program : programs) {
      found.add(finder.find(program));
    }
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
    return new Resolved(grown(programs, opened, resolver), features);
  }

  /**
   * The same on a base: a program that the base has is taken from there, with everything it needs.
   * The closure holds what the others load.
   *
   * @throws ClosureException if a program is unknown or cannot be one
   * @throws IllegalArgumentException if the request has features, which are the base's business
   * @throws IOException if the sysroot or the base cannot be read
   */
  public static Resolved resolveOn(
      BaseSystem base,
      RootfsRequest request,
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions asked)
      throws IOException, ClosureException {
    if (!request.features().isEmpty()) {
      throw new IllegalArgumentException("features of the source root on a base system");
    }
    ClosureOptions options =
        ElfMachine.ofArchitecture(base.platform().architecture())
            .map(asked::withMachine)
            .orElse(asked);
    Sysroot ofBase = base.unpacked();
    ImmutableList<SysrootPath> pathOfBase = ImageDefaults.conventionalPath();
    ProgramFinder inBase = new ProgramFinder(ofBase, pathOfBase, SysrootPath.ROOT);
    ProgramFinder elsewhere =
        new ProgramFinder(sysroot, searchPath, workingDirectory, options.machine());
    ImmutableList.Builder<Program> all = ImmutableList.builder();
    ImmutableList.Builder<Program> there = ImmutableList.builder();
    ImmutableList.Builder<Program> added = ImmutableList.builder();
    for (String name : request.programs()) {
      Optional<Program> found = isOfTheBase(name) ? inBase.search(name) : Optional.empty();
      Program program = found.isPresent() ? found.get() : elsewhere.find(name);
      all.add(program);
      (found.isPresent() ? there : added).add(program);
    }
    all.addAll(request.additions().programs());
    added.addAll(request.additions().programs());
    Closure present =
        new ClosureResolver(ofBase, pathOfBase, options.withLibraryPath(ImmutableList.of()))
            .resolve(there.build());
    Closure closure = new ClosureResolver(sysroot, searchPath, options).resolve(added.build());
    return new Resolved(closure.on(present, all.build()), ImmutableList.of());
  }

  /** What is relative to the working directory is meant to be there. */
  private static boolean isOfTheBase(String name) {
    return name.startsWith("/") || !name.contains("/");
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
   * From the closure to the tree to be written: its files under every name that a loader looks up,
   * the copies, the features' files, and what every root needs.
   *
   * @throws IncompleteClosureException if something the programs need is missing
   * @throws MissingEntryException if something is to be changed that is not there
   * @throws RootfsConflictException if two sources want different things in one place
   * @throws UncopyableFileException if no image can hold a file
   * @throws IOException if a file cannot be read
   */
  public static Rootfs assemble(RootfsRequest request, Resolved resolved, Sysroot sysroot)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException {
    return assemble(new RootfsAssembler(sysroot, request.sourceDateEpoch()), request, resolved);
  }

  /** The same on a base. */
  public static Rootfs assembleOn(
      BaseSystem base, RootfsRequest request, Resolved resolved, Sysroot sysroot)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException {
    RootfsAssembler assembler = new RootfsAssembler(sysroot, request.sourceDateEpoch());
    assembler.addBase(base.rootfs(), "the base system " + base.suite());
    return assemble(assembler, request, resolved);
  }

  private static Rootfs assemble(
      RootfsAssembler assembler, RootfsRequest request, Resolved resolved)
      throws IOException,
          IncompleteClosureException,
          MissingEntryException,
          RootfsConflictException,
          UncopyableFileException {
    Closure closure = resolved.closure();
    if (!closure.isComplete()) {
      throw new IncompleteClosureException(closure);
    }
    for (Closure.Edge edge : closure.edges()) {
      assembler.add(edge.to().requested());
    }
    for (SysrootPath file : request.additions().files()) {
      assembler.add(file);
    }
    assembler.addMergedUsrLinks();
    for (RootfsRequest.Copy copy : request.copies()) {
      assembler.copy(copy.source(), copy.destination(), copy.change());
    }
    for (Additions.Entry entry : request.additions().entries()) {
      assembler.put(entry.entry(), entry.source());
    }
    Optional<AccountLines> accounts = request.additions().accounts();
    if (accounts.isPresent()) {
      RootfsSkeleton.addAccounts(assembler, accounts.get(), "the accounts of the recipe");
    }
    addFeatures(assembler, resolved.features());
    Optional<byte[]> cache = LoaderCache.of(closure);
    if (cache.isPresent()) {
      assembler.addDefault(loaderCache(cache.get(), request.sourceDateEpoch()), "jbuild");
    }
    RootfsSkeleton.addTo(assembler);
    for (Amendment amendment : request.additions().amendments()) {
      assembler.amend(amendment);
    }
    return assembler.assemble();
  }

  /**
   * The same tree with what tells scanners which packages of the sysroot its files are from.
   *
   * @throws RootfsConflictException if something that is no directory is where one must be
   * @throws UncopyableFileException if no image can hold a file
   * @throws IOException if the sysroot cannot be read
   */
  public static Rootfs withPackageMetadata(RootfsRequest request, Rootfs rootfs, Sysroot sysroot)
      throws IOException, RootfsConflictException, UncopyableFileException {
    return PackageMetadata.addedTo(rootfs, sysroot, request.sourceDateEpoch());
  }

  private static void addFeatures(RootfsAssembler assembler, ImmutableList<FeatureFiles> features)
      throws IOException, RootfsConflictException, UncopyableFileException {
    for (FeatureFiles feature : features) {
      for (SysrootPath file : feature.files()) {
        assembler.addDefault(file);
      }
      for (RootfsEntry entry : feature.defaults()) {
        assembler.addDefault(entry, "feature " + feature.request());
      }
    }
  }

  private static RootfsEntry loaderCache(byte[] bytes, long date) {
    return new RootfsEntry.RegularFile(
        RootfsPath.of(LoaderCache.PATH),
        Metadata.ofMode(0644).withMtime(date),
        new FileContent.Literal(Bytes.copyOf(bytes)));
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
    Path output = request.output().path();
    Optional<WrittenImage> image = Optional.empty();
    switch (request.output().format()) {
      case HYBRID, OCI, DOCKER ->
          image = Optional.of(writeImage(request, defaults, rootfs, origins));
      case ROOTFS ->
          RootfsArchive.write(
              rootfs, request.sourceDateEpoch(), request.output().compression(), output);
      case DIRECTORY -> writeDirectory(request.output(), rootfs);
    }
    return new BuildReport(
        output,
        image.isPresent() || Files.isRegularFile(output) ? Files.size(output) : contentSize(rootfs),
        rootfs.entries().size(),
        image.map(WrittenImage::manifestDigest));
  }

  private static WrittenImage writeImage(
      RootfsRequest request, ImageDefaults defaults, Rootfs rootfs, PackageOrigins origins)
      throws IOException {
    try (TemporaryDirectory spool = TemporaryDirectory.make()) {
      ImmutableList.Builder<WrittenLayer> layers = ImmutableList.builder();
      for (OriginLayers.Part part :
          OriginLayers.split(rootfs, origins.names(), request.output().mostLayers())) {
        layers.add(
            LayerWriter.write(
                    part.tree(),
                    request.sourceDateEpoch(),
                    request.output().compression(),
                    spool.path())
                .withContent(part.content()));
      }
      return HybridArchive.write(
          request.name().orElse(defaults.name()),
          request.image().applyTo(defaults.config()),
          request.image().annotations(),
          new Provenance(Instant.ofEpochSecond(request.sourceDateEpoch()), createdBy(request)),
          layers.build(),
          request.output().format().form().orElseThrow(),
          request.output().path());
    }
  }

  /** Copies are left out: where they came from differs between machines that build the same. */
  private static String createdBy(RootfsRequest request) {
    String command =
        "jbuild rootfs" + request.base().map(base -> " --debootstrap " + base.suite()).orElse("");
    return request.programs().isEmpty()
        ? command
        : command + " --add " + Joiner.on(',').join(request.programs());
  }

  private static void writeDirectory(RootfsRequest.Output output, Rootfs rootfs)
      throws IOException {
    try (PendingDirectory pending = PendingDirectory.at(output.path())) {
      pending.write(
          rootfs,
          output.keepOwners()
              ? DirectoryWriter.Options.exact()
              : DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.FAIL));
      pending.commit();
    }
  }

  private static long contentSize(Rootfs rootfs) {
    long size = 0;
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        size += file.content().size();
      }
    }
    return size;
  }
}
