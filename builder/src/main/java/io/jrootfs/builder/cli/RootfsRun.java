package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.Additions;
import io.jrootfs.builder.BaseImages;
import io.jrootfs.builder.BaseRequest;
import io.jrootfs.builder.BuildInventory;
import io.jrootfs.builder.BuildReport;
import io.jrootfs.builder.FeaturePackages;
import io.jrootfs.builder.ImageDefaults;
import io.jrootfs.builder.PackageOrigins;
import io.jrootfs.builder.RecipeRequests;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.RootfsRequest.Format;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.DlopenHints;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapHost;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.dpkg.DatabaseReading;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.BaseImage;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.posix.Posix;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/** One run of {@code jbuild rootfs}. */
final class RootfsRun {
  private final Options given;
  private final Console console;
  private final ContentOptions content;
  private final PackageOptions packages;
  private final BaseOptions baseOptions;
  private final ResolutionOptions resolution;
  private final RecipeOptions recipes;
  private final ImageOptions image;
  private final OutputOptions output;
  private final SbomOptions sbom;
  private final DeliveryOptions delivery;
  private final LookOptions look;
  private final TalkOptions talk;

  RootfsRun(Options given, Console console) {
    this.given = given;
    this.console = console;
    this.content = new ContentOptions(given);
    this.packages = new PackageOptions(given);
    this.baseOptions = new BaseOptions(given);
    this.resolution = new ResolutionOptions(given);
    this.recipes = new RecipeOptions(given);
    this.image = new ImageOptions(given);
    this.output = new OutputOptions(given);
    this.sbom = new SbomOptions(given);
    this.delivery = new DeliveryOptions(given);
    this.look = new LookOptions(given);
    this.talk = new TalkOptions(given);
  }

  /**
   * Does what the words say.
   *
   * @throws ParameterException if they make no sense
   * @throws Exception for all that {@link Failure} tells apart
   */
  void run() throws Exception {
    delivery.check();
    if (!recipes.misuse().isEmpty()) {
      throw usage(recipes.misuse());
    }
    Optional<Recipe> recipe = recipes.read();
    RootfsRequest.Output written = output.output(recipe, this::usage);
    if (recipes.isOffline() && delivery.isPushing()) {
      throw usage("--push needs a network, which --offline does without; push the image later");
    }
    if (written.format().form().isEmpty() && delivery.isGiven()) {
      throw usage(
          "only an image can be pushed or loaded; --push and --load go with --format hybrid, oci"
              + " and docker");
    }
    ImmutableList<ElfMachine> machines = resolution.machines();
    if (machines.size() > 1) {
      buildIndex(recipe, machines, written);
    } else {
      Optional<ElfMachine> machine = machines.stream().findFirst();
      build(
          recipe, machine, written, finished -> finish(finished, ImmutableList.of(written.path())));
    }
  }

  private void buildIndex(
      Optional<Recipe> recipe, ImmutableList<ElfMachine> machines, RootfsRequest.Output whole)
      throws Exception {
    PlatformIndex.misuse(whole)
        .ifPresent(
            message -> {
              throw usage(message);
            });
    if (sbom.isGiven() || recipes.isLocking()) {
      throw usage(
          "a lock and a bill of materials are about the image of one platform; build one by one and"
              + " give 'jbuild push' all of them");
    }
    try (PlatformIndex index = PlatformIndex.begin(whole)) {
      for (ElfMachine machine : machines) {
        if (look.isGiven()) {
          console.out().println("linux/" + machine.architecture() + ":");
        }
        build(recipe, Optional.of(machine), index.next(), part -> index.count(part.report()));
      }
      if (!look.isGiven()) {
        long date = output.sourceDateEpoch(recipe, console.environment(), this::usage);
        finish(new Finished(index.write(date), whole, ImmutableList.of()), index.parts());
      }
    }
  }

  private void build(
      Optional<Recipe> recipe,
      Optional<ElfMachine> machine,
      RootfsRequest.Output written,
      Finish finish)
      throws Exception {
    Path root =
        resolution
            .namedSysroot(machine)
            .or(() -> recipe.flatMap(it -> it.contents().root()))
            .orElse(resolution.sysroot(machine));
    Sysroot sysroot = Sysroot.of(root);
    resolution.warn(sysroot, talk, console);
    RootfsRequest request = request(recipe, machine, written);
    if (recipe.isPresent()) {
      request =
          RecipeRequests.below(
              request,
              recipe.get(),
              sysroot,
              new ProgramFinder(sysroot, ResolutionOptions.conventionalPath(), SysrootPath.ROOT),
              machine);
    }
    From from =
        new From(
            sysroot,
            resolution.searchPath(sysroot, console.environment()),
            resolution.workingDirectory(sysroot),
            resolution.closureOptions(sysroot, machine),
            machine);
    if (request.base().isPresent()) {
      request = FeaturePackages.onBase(request);
      try (Base base = base(request, request.base().get())) {
        if (resolution.machines().size() > 1
            && base instanceof BaseImage image
            && image.isOfNoMachine()) {
          throw usage(
              base.title()
                  + " is the tar of a root filesystem, which does not say what machine it is for;"
                  + " several platforms need an image that holds each");
        }
        build(request, recipe, Optional.of(base), from, finish);
      }
    } else {
      build(request, recipe, Optional.empty(), from, finish);
    }
  }

  /** What is done with an image when it is there. */
  private interface Finish {
    void accept(Finished finished) throws Exception;
  }

  /**
   * An image that is there.
   *
   * @param documents bills of materials beside it
   */
  private record Finished(
      BuildReport report, RootfsRequest.Output output, ImmutableList<Path> documents) {}

  /** Where programs that are named are looked for. */
  private record From(
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions options,
      Optional<ElfMachine> machine) {}

  private Base base(RootfsRequest request, BaseRequest wanted) throws Exception {
    if (wanted instanceof BaseRequest.OfImage image) {
      try (TransferProgress progress = new TransferProgress(console, talk)) {
        return new BaseImages(
                delivery.registry().isInsecure(),
                console.environment(),
                BaseOptions.host(console.environment(), OutputOptions.isRoot()).cache(),
                progress)
            .open(image, recipes.pin(image));
      }
    }
    return bootstrap(request, ((BaseRequest.OfPackages) wanted).system());
  }

  private BaseSystem bootstrap(RootfsRequest request, BootstrapRequest base) throws Exception {
    BaseSystem.Packages from = recipes.packages(base);
    BootstrapHost host = BaseOptions.host(console.environment(), OutputOptions.isRoot());
    try (BootstrapProgress progress =
        new BootstrapProgress(
            talk.command(),
            console.err(),
            talk.progress(),
            console.errIsTerminal(),
            talk.isVerbose())) {
      return RootfsBuild.bootstrap(request, base, host, progress, from);
    }
  }

  private void build(
      RootfsRequest request, Optional<Recipe> recipe, Optional<Base> base, From from, Finish finish)
      throws Exception {
    // Both are waited for only where they are needed, after the programs were found.
    Posix.prepare();
    DatabaseReading packageLists = packages.reading(from.sysroot, base, recipe);
    RootfsBuild.Resolved resolved =
        base.isPresent()
            ? RootfsBuild.resolveOn(
                base.get(),
                request,
                from.sysroot,
                from.searchPath,
                from.workingDirectory,
                from.options)
            : RootfsBuild.resolve(
                request, from.sysroot, from.searchPath, from.workingDirectory, from.options);
    ImageDefaults defaults =
        base.isPresent()
            ? ImageDefaults.of(base.get(), resolved.closure())
            : ImageDefaults.of(resolved.closure()).forMachine(from.machine, resolved.closure());
    Platform platform = defaults.config().platform();
    if (recipe.isPresent()) {
      RecipeRequests.checkPlatform(recipe.get(), platform);
    }
    look.explain(request, resolved, console.out());
    RootfsBuild.Assembled assembled =
        base.isPresent()
            ? RootfsBuild.assembleOn(base.get(), request, resolved, from.sysroot)
            : RootfsBuild.assemble(request, resolved, from.sysroot);
    RootfsBuild.Assembled told =
        packages.addMetadata(request, assembled, from.sysroot, packageLists, recipe, talk, console);
    UnkeptTalk.say(told.unkept(), talk, console);
    Rootfs rootfs = told.rootfs();
    look.show(assembled.rootfs(), rootfs, console);
    if (recipes.isWritingLock()) {
      recipes.writeLock(request, platform, base, rootfs);
      return;
    }
    recipes.checkLock(request, platform, base, rootfs);
    if (!look.isGiven()) {
      sbom.check(request.output().path());
      PackageOrigins origins =
          request.output().mostLayers() > 1
              ? PackageOrigins.of(rootfs, from.sysroot, base)
              : PackageOrigins.none();
      BuildReport written =
          base.isPresent()
              ? RootfsBuild.writeOn(base.get(), request, defaults, rootfs, origins)
              : RootfsBuild.write(request, defaults, rootfs, origins);
      ImmutableList<Path> documents = ImmutableList.of();
      if (sbom.isGiven()) {
        BuildInventory parts =
            new BuildInventory(request, rootfs, resolved.closure(), base, from.sysroot);
        documents =
            sbom.write(
                parts.read(written, defaults, SbomOptions.tool()), written.output(), talk, console);
      }
      if (base.isEmpty()) {
        // What a base system's programs open is in its packages.
        Closure closure = resolved.closure();
        AdviceTalk.say(
            talk.isQuiet() ? closure : DlopenHints.in(closure, from.sysroot, from.options),
            topics(request),
            talk,
            console);
      }
      finish.accept(new Finished(written, request.output(), documents));
    }
  }

  /** Tells of an image, and brings it where it should go. */
  private void finish(Finished finished, ImmutableList<Path> images) throws Exception {
    report(finished.report, finished.output);
    if (output.isPrintingDigest()) {
      finished.report.manifestDigest().ifPresent(console.out()::println);
    }
    delivery.deliver(
        finished.output.path(), images, finished.documents, this::usage, console, talk);
  }

  /** What the command line asks for, with the recipe's word where it says nothing. */
  private RootfsRequest request(
      Optional<Recipe> recipe, Optional<ElfMachine> machine, RootfsRequest.Output written)
      throws Exception {
    Optional<BaseRequest> base = baseOptions.request(machine, this::usage);
    if (recipe.isEmpty() && base.isEmpty() && content.isEmpty()) {
      throw usage(
          "nothing to put into the image: give --add, --copy, --with, --debootstrap, --from or"
              + " --recipe");
    }
    return new RootfsRequest(
        base,
        content.programs(this::usage),
        content.copies(this::usage),
        content.features(this::usage),
        Additions.none(),
        image.settings(this::usage),
        output.sourceDateEpoch(recipe, console.environment(), this::usage),
        output.name(),
        written);
  }

  private static ImmutableSet<String> topics(RootfsRequest request) {
    return request.features().stream()
        .map(feature -> feature.feature().word())
        .collect(ImmutableSet.toImmutableSet());
  }

  private ParameterException usage(String message) {
    return given.misuse(message);
  }

  private void report(BuildReport report, RootfsRequest.Output written) {
    if (talk.isQuiet()) {
      return;
    }
    if (written.format() == Format.DIRECTORY && !written.keepOwners()) {
      talk.warn("not root, so every file in the directory is yours", console);
    }
    PrintWriter err = console.err();
    err.println(
        report.output() + ": " + report.entries() + " entries, " + HumanSize.of(report.size()));
    report.manifestDigest().ifPresent(digest -> err.println("  manifest " + digest));
    report.imageId().ifPresent(digest -> err.println("  image ID " + digest));
    report.diffIds().forEach(digest -> err.println("  diff ID  " + digest));
  }
}
