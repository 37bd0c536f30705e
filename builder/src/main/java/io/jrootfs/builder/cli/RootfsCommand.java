package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.jrootfs.builder.BuildReport;
import io.jrootfs.builder.IncompleteClosureException;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.RootfsRequest.Format;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ClosureFormat;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageIndex;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.inspect.HumanSize;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsListing;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jbuild rootfs}: from programs and files to an image. */
@Command(
    name = "rootfs",
    customSynopsis = "jbuild rootfs [OPTIONS] (--add NAME[,NAME...] | --copy SRC[:DEST])...",
    description = {
      "Makes a root filesystem image of programs, with everything they load when they start, and of"
          + " files and trees.",
      "The first program becomes the image's command. The image loads in docker, podman, skopeo and"
          + " containerd, and runs with jrun."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jbuild rootfs --add bash,ls -o image.tar",
      "  jbuild rootfs --add bash --copy /etc/services:/etc/services --dry-run"
    })
final class RootfsCommand implements Callable<Integer>, TalkativeCommand {
  private final Console console;

  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, heading = "%nContents:%n", order = 1)
  private ContentOptions content = new ContentOptions();

  @ArgGroup(validate = false, heading = "%nWhere from:%n", order = 2)
  private ResolutionOptions resolution = new ResolutionOptions();

  @ArgGroup(validate = false, heading = "%nOutput:%n", order = 3)
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
  }

  static final class OutputOptions {
    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "Where to write. Default: image.tar; a directory must be named.")
    private @Nullable Path path;

    @Option(
        names = {"-t", "--name"},
        paramLabel = "REF",
        description = "The image's name, [REGISTRY/]NAME[:TAG]. Default: localhost/PROGRAM:latest.")
    private @Nullable String name;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "hybrid",
        converter = FormatConverter.class,
        description =
            "hybrid: OCI layout and docker archive in one tar. oci, docker: one of the two alone."
                + " rootfs: a plain tar of the tree. dir: the tree itself. Default:"
                + " ${DEFAULT-VALUE}.")
    private Format format = Format.HYBRID;

    @Option(
        names = "--compress",
        paramLabel = "METHOD",
        converter = CompressionConverter.class,
        description =
            "gzip, zstd or none; of an image's layer by default gzip, of a rootfs tar none.")
    private @Nullable Compression compression;

    @Option(
        names = "--source-date-epoch",
        paramLabel = "SECONDS",
        description =
            "No file is dated later, and the image is dated so. Default: the environment variable"
                + " SOURCE_DATE_EPOCH, else 0.")
    private @Nullable String sourceDateEpoch;

    @Option(
        names = "--print-digest",
        description = "Print the digest of the image's manifest, by which a registry knows it.")
    private boolean printDigest;
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
          IncompleteClosureException,
          RootfsConflictException,
          UncopyableFileException,
          ImageFormatException,
          ImageIndex.AmbiguousPlatformException,
          ImageReference.InvalidException {
    RootfsRequest request = request();
    delivery.check();
    Sysroot sysroot = Sysroot.of(resolution.sysroot());
    Closure closure =
        RootfsBuild.resolve(
            request.programs(),
            sysroot,
            resolution.searchPath(sysroot, console.environment()),
            resolution.workingDirectory(sysroot));
    if (look.explain) {
      console.out().print(ClosureFormat.TREE.render(closure));
      request
          .copies()
          .forEach(
              copy ->
                  console.out().println(copy.source() + " => " + copy.destination() + " [copied]"));
    }
    Rootfs rootfs = RootfsBuild.assemble(request, closure, sysroot);
    if (look.dryRun) {
      console.out().print(RootfsListing.of(rootfs));
    }
    if (!look.explain && !look.dryRun) {
      BuildReport written = RootfsBuild.write(request, closure, rootfs);
      report(written, request);
      if (output.printDigest) {
        written.manifestDigest().ifPresent(console.out()::println);
      }
      delivery.deliver(request.output().path(), console, talk);
    }
    return ExitCode.DONE.status();
  }

  private RootfsRequest request() throws IOException, ImageReference.InvalidException {
    if (content.programs.isEmpty() && content.copies.isEmpty()) {
      throw usage("nothing to put into the image: give --add or --copy");
    }
    ImmutableList.Builder<RootfsRequest.Copy> copies = ImmutableList.builder();
    if (content.programs.contains("")) {
      throw usage("--add names a program that is empty; it is NAME[,NAME...]");
    }
    for (String copy : content.copies) {
      copies.add(CopyArgument.parse(copy, this::usage));
    }
    Optional<ImageReference> name =
        output.name == null ? Optional.empty() : Optional.of(ImageReference.parse(output.name));
    return new RootfsRequest(
        ImmutableList.copyOf(content.programs), copies.build(), sourceDateEpoch(), name, output());
  }

  private RootfsRequest.Output output() throws IOException {
    boolean directory = output.format == Format.DIRECTORY;
    if (directory && output.path == null) {
      throw usage("--format dir needs -o DIR, the directory to make");
    }
    if (output.format.form().isEmpty() && output.name != null) {
      throw usage("only an image has a name; -t goes with --format hybrid, oci and docker");
    }
    if (output.format.form().isEmpty() && delivery.isGiven()) {
      throw usage(
          "only an image can be pushed or loaded; --push and --load go with --format hybrid, oci and docker");
    }
    if (output.format.form().isEmpty() && output.printDigest) {
      throw usage(
          "only an image has a digest; --print-digest goes with --format hybrid, oci, docker");
    }
    if (directory && output.compression != null) {
      throw usage("a directory is not compressed; --compress goes with the other formats");
    }
    Compression compression = output.compression;
    if (compression == null) {
      compression = output.format.form().isPresent() ? Compression.GZIP : Compression.NONE;
    }
    Path path = output.path == null ? Path.of("image.tar") : output.path;
    if (path.equals(Path.of("-"))) {
      throw usage("an image is a file, '-o -' is none; './-' is the file of that name");
    }
    return new RootfsRequest.Output(path, output.format, compression, directory && isRoot());
  }

  /** /proc/self belongs to the effective user. */
  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private long sourceDateEpoch() {
    String origin = "--source-date-epoch";
    String given = output.sourceDateEpoch;
    if (given == null) {
      origin = "SOURCE_DATE_EPOCH";
      given = console.environment().get(origin);
    }
    if (given == null) {
      return 0;
    }
    Long seconds = Longs.tryParse(given);
    // The last second of a four-digit year: what ISO dates in image configurations can say.
    if (seconds == null || seconds < 0 || seconds > 253402300799L) {
      throw usage(origin + " is '" + given + "', not a number of seconds from 0 to 253402300799");
    }
    return seconds;
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

  /** The words of {@code --format}. */
  static final class FormatConverter extends EnumConverter<Format> {
    FormatConverter() {
      super(
          Format.values(),
          format -> format == Format.DIRECTORY ? "dir" : Ascii.toLowerCase(format.name()));
    }
  }

  /** The words of {@code --compress}. */
  static final class CompressionConverter extends EnumConverter<Compression> {
    CompressionConverter() {
      super(Compression.values(), compression -> Ascii.toLowerCase(compression.name()));
    }
  }
}
