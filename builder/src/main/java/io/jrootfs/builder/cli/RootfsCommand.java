package io.jrootfs.builder.cli;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.Additions;
import io.jrootfs.builder.BuildReport;
import io.jrootfs.builder.ImageDefaults;
import io.jrootfs.builder.IncompleteClosureException;
import io.jrootfs.builder.PackageOrigins;
import io.jrootfs.builder.RecipeRequests;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.RootfsRequest.Format;
import io.jrootfs.builder.UnbuildableRecipeException;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapException;
import io.jrootfs.builder.debian.BootstrapHost;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.feature.FeatureFiles;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.feature.MissingFeatureException;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.recipe.DriftException;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.rootfs.MissingEntryException;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsListing;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jbuild rootfs}: from programs and files to an image. */
@Command(
    name = "rootfs",
    customSynopsis =
        "jbuild rootfs [OPTIONS] (--debootstrap SUITE | --add NAME[,NAME...] | --copy SRC[:DEST])...",
    description = {
      "Makes a root filesystem image of programs, with everything they load when they start, and of"
          + " files and trees, on a Debian or Ubuntu system if one is named.",
      "The first program becomes the image's command. The image loads in docker, podman, skopeo and"
          + " containerd, and runs with jrun."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild rootfs --add bash,ls -o image.tar",
      "  jbuild rootfs --add bash --copy /etc/services:/etc/services --dry-run",
      "  jbuild rootfs --debootstrap bookworm --variant minbase --slim"
    })
final class RootfsCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nContents:%n", order = 1)
  private ContentOptions content = new ContentOptions();

  @ArgGroup(validate = false, heading = "%nPackages:%n", order = 1)
  private PackageOptions packages = new PackageOptions();

  @ArgGroup(validate = false, heading = "%nBase system:%n", order = 1)
  private BaseOptions baseOptions = new BaseOptions();

  @ArgGroup(validate = false, heading = "%nWhere from:%n", order = 2)
  private ResolutionOptions resolution = new ResolutionOptions();

  @ArgGroup(validate = false, heading = "%nRecipe:%n", order = 2)
  private RecipeOptions recipes = new RecipeOptions();

  @ArgGroup(validate = false, heading = "%nImage configuration:%n", order = 3)
  private ImageOptions image = new ImageOptions();

  @ArgGroup(validate = false, heading = "%nOutput:%n", order = 4)
  private OutputOptions output = new OutputOptions();

  @ArgGroup(validate = false, heading = "%nAfterwards:%n", order = 4)
  private DeliveryOptions delivery = new DeliveryOptions();

  @ArgGroup(validate = false, heading = "%nLooking first (nothing is written):%n", order = 5)
  private LookOptions look = new LookOptions();

  @ArgGroup(validate = false, heading = "%nTalk:%n", order = 9)
  private TalkOptions talk = new TalkOptions();

  RootfsCommand(Console console) {
    this.console = console;
  }

  static final class ContentOptions {
    @Option(
        names = "--add",
        paramLabel = "NAME",
        split = ",",
        description =
            "Programs, by name (looked up in PATH) or by path, each with its interpreter, shared"
                + " objects and the links that lead to them.")
    private List<String> programs = ImmutableList.of();

    @Option(
        names = "--copy",
        paramLabel = "SRC[:DEST]",
        description =
            "A file or tree, as it is: modes, owners, links, extended attributes. DEST is its path"
                + " in the image, by default the path it has here.")
    private List<String> copies = ImmutableList.of();

    @Option(
        names = "--with",
        paramLabel = "FEATURE",
        split = ",",
        description =
            "What programs open while they run: nss, ca-certificates, tzdata[:ZONE], locale[:NAME],"
                + " gconv, terminfo[:TERM], pam, libgcc.")
    private List<String> features = ImmutableList.of();
  }

  static final class LookOptions {
    @Option(names = "--explain", description = "Print why each file would be in the image.")
    private boolean explain;

    @Option(names = "--dry-run", description = "Print the tree as 'ls -l' would show it.")
    private boolean dryRun;
  }

  @Override
  public TalkOptions talk() {
    return talk;
  }

  @Override
  public Integer call()
      throws IOException,
          ClosureException,
          DriftException,
          IncompleteClosureException,
          MissingFeatureException,
          MissingEntryException,
          RecipeException,
          UnbuildableRecipeException,
          RootfsConflictException,
          UncopyableFileException,
          ImageReference.InvalidException,
          BootstrapException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException {
    delivery.check();
    if (!recipes.misuse().isEmpty()) {
      throw usage(recipes.misuse());
    }
    Optional<Recipe> recipe = recipes.read();
    Sysroot sysroot = Sysroot.of(root(recipe));
    ImmutableList<SysrootPath> searchPath = resolution.searchPath(sysroot, console.environment());
    SysrootPath workingDirectory = resolution.workingDirectory(sysroot);
    RootfsRequest request = request(recipe);
    if (request.output().format().form().isEmpty() && delivery.isGiven()) {
      throw usage(
          "only an image can be pushed or loaded; --push and --load go with --format hybrid, oci"
              + " and docker");
    }
    if (recipe.isPresent()) {
      request =
          RecipeRequests.below(
              request,
              recipe.get(),
              sysroot,
              new ProgramFinder(sysroot, ResolutionOptions.conventionalPath(), SysrootPath.ROOT));
    }
    From from = new From(sysroot, searchPath, workingDirectory, resolution.closureOptions(sysroot));
    if (request.base().isPresent()) {
      refuseBesideABase(request);
      try (BaseSystem base = bootstrap(request, request.base().get())) {
        build(request, recipe, Optional.of(base), from);
      }
    } else {
      build(request, recipe, Optional.empty(), from);
    }
    return ExitCode.DONE.status();
  }

  /** Where programs that are named are looked for. */
  private record From(
      Sysroot sysroot,
      ImmutableList<SysrootPath> searchPath,
      SysrootPath workingDirectory,
      ClosureOptions options) {}

  private void refuseBesideABase(RootfsRequest request) {
    if (!request.features().isEmpty()) {
      throw usage(
          "a base system has the feature '"
              + request.features().get(0)
              + "' as a package; give --include instead of --with");
    }
    if (recipes.isWritingLock() || recipes.isLocked()) {
      throw usage("a recipe with a base system cannot be locked; give it a dated mirror instead");
    }
  }

  private BaseSystem bootstrap(RootfsRequest request, BootstrapRequest base)
      throws IOException, BootstrapException {
    BootstrapHost host = BaseOptions.host(console.environment(), OutputOptions.isRoot());
    try (BootstrapProgress progress =
        new BootstrapProgress(
            console.err(), talk.progress(), console.errIsTerminal(), talk.isVerbose())) {
      return RootfsBuild.bootstrap(request, base, host, progress);
    }
  }

  private void build(
      RootfsRequest request, Optional<Recipe> recipe, Optional<BaseSystem> base, From from)
      throws IOException,
          ClosureException,
          DriftException,
          IncompleteClosureException,
          MissingFeatureException,
          MissingEntryException,
          RecipeException,
          UnbuildableRecipeException,
          RootfsConflictException,
          UncopyableFileException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException,
          ImageReference.InvalidException {
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
    if (recipe.isPresent()) {
      RecipeRequests.checkPlatform(recipe.get(), resolved.closure());
    }
    if (look.explain) {
      explain(request, resolved);
    }
    Rootfs assembled =
        base.isPresent()
            ? RootfsBuild.assembleOn(base.get(), request, resolved, from.sysroot)
            : RootfsBuild.assemble(request, resolved, from.sysroot);
    Rootfs rootfs = packages.addMetadata(request, assembled, from.sysroot, talk, console);
    if (look.explain) {
      PackageOptions.explain(assembled, rootfs, console);
    }
    if (look.dryRun) {
      console.out().print(RootfsListing.of(rootfs));
    }
    if (recipes.isWritingLock()) {
      recipes.writeLock(request, resolved.closure(), rootfs);
      return;
    }
    recipes.checkLock(request, resolved.closure(), rootfs);
    if (!look.explain && !look.dryRun) {
      ImageDefaults defaults =
          base.isPresent()
              ? ImageDefaults.of(base.get(), resolved.closure())
              : ImageDefaults.of(resolved.closure());
      PackageOrigins origins =
          request.output().mostLayers() > 1
              ? PackageOrigins.of(rootfs, from.sysroot, base)
              : PackageOrigins.none();
      BuildReport written = RootfsBuild.write(request, defaults, rootfs, origins);
      report(written, request);
      if (output.isPrintingDigest()) {
        written.manifestDigest().ifPresent(console.out()::println);
      }
      AdviceTalk.say(resolved.closure(), topics(request), talk, console);
      delivery.deliver(request.output().path(), console, talk);
    }
  }

  private Path root(Optional<Recipe> recipe) {
    boolean given = spec.commandLine().getParseResult().hasMatchedOption("--sysroot");
    return given
        ? resolution.sysroot()
        : recipe.flatMap(it -> it.contents().root()).orElse(resolution.sysroot());
  }

  private void explain(RootfsRequest request, RootfsBuild.Resolved resolved) {
    request.base().ifPresent(it -> console.out().println(it.suite() + " [base system]"));
    console.out().print(ClosureFormat.TREE.render(resolved.closure()));
    for (SysrootPath file : request.additions().files()) {
      console.out().println(file + " [recipe]");
    }
    for (Additions.Entry entry : request.additions().entries()) {
      console.out().println(entry.entry().path() + " [" + entry.source() + "]");
    }
    for (RootfsRequest.Copy copy : request.copies()) {
      console.out().println(copy.source() + " => " + copy.destination() + " [copied]");
    }
    for (FeatureFiles feature : resolved.features()) {
      String reason = " [feature " + feature.request() + "]";
      feature.files().forEach(file -> console.out().println(file + reason));
      feature.defaults().forEach(entry -> console.out().println(entry.path() + reason));
    }
  }

  /** What the command line asks for, with the recipe's word where it says nothing. */
  private RootfsRequest request(Optional<Recipe> recipe)
      throws IOException, ImageReference.InvalidException {
    Optional<BootstrapRequest> base = baseOptions.request(resolution.machine(), this::usage);
    if (recipe.isEmpty()
        && base.isEmpty()
        && content.programs.isEmpty()
        && content.copies.isEmpty()
        && content.features.isEmpty()) {
      throw usage(
          "nothing to put into the image: give --add, --copy, --with, --debootstrap or --recipe");
    }
    ImmutableList.Builder<RootfsRequest.Copy> copies = ImmutableList.builder();
    if (content.programs.contains("")) {
      throw usage("--add names a program that is empty; it is NAME[,NAME...]");
    }
    for (String copy : content.copies) {
      copies.add(CopyArgument.parse(copy, this::usage));
    }
    return new RootfsRequest(
        base,
        ImmutableList.copyOf(content.programs),
        copies.build(),
        features(),
        Additions.none(),
        image.settings(this::usage),
        output.sourceDateEpoch(recipe, console.environment(), this::usage),
        output.name(),
        output.output(recipe, this::usage));
  }

  private static ImmutableSet<String> topics(RootfsRequest request) {
    return request.features().stream()
        .map(feature -> feature.feature().word())
        .collect(ImmutableSet.toImmutableSet());
  }

  private ImmutableList<FeatureRequest> features() {
    ImmutableList.Builder<FeatureRequest> features = ImmutableList.builder();
    for (String feature : content.features) {
      try {
        features.add(FeatureRequest.parse(feature));
      } catch (FeatureRequest.InvalidException e) {
        throw usage("--with: " + e.getMessage());
      }
    }
    return features.build();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void report(BuildReport report, RootfsRequest request) {
    if (talk.isQuiet()) {
      return;
    }
    if (request.output().format() == Format.DIRECTORY && !request.output().keepOwners()) {
      console.err().println("jbuild rootfs: not root, so every file in the directory is yours");
    }
    console
        .err()
        .printf(
            "%s: %d entries, %s%s%n",
            report.output(),
            report.entries(),
            HumanSize.of(report.size()),
            report.manifestDigest().map(digest -> ", " + digest).orElse(""));
  }
}
