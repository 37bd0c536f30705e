package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.listOf;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Where programs and libraries come from; the same for every command that resolves. */
final class ResolutionOptions {
  /** For a sysroot that is not this system, whose PATH says nothing about it. */
  private static final String CONVENTIONAL_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final Path RUNNING = Path.of("/");

  private static final EnumConverter<HwcapsPolicy> HWCAPS =
      new EnumConverter<>(HwcapsPolicy.values());

  private static final EnumConverter<Dlopen> DLOPEN = new EnumConverter<>(Dlopen.values());

  private final ImmutableList<String> sysroots;
  private final HwcapsPolicy hwcaps;
  private final Dlopen dlopen;
  private final ImmutableList<String> libraryPath;
  private final ImmutableList<ElfMachine> platforms;

  ResolutionOptions(Options given) {
    this.sysroots = given.values("--sysroot");
    this.hwcaps = given.value("--hwcaps", HwcapsPolicy.class).orElse(HwcapsPolicy.BASELINE);
    this.dlopen = given.value("--dlopen", Dlopen.class).orElse(Dlopen.RECOMMENDED);
    this.libraryPath = given.values("--library-path");
    this.platforms = given.values("--platform", ElfMachine.class);
  }

  /** The same for every command but for the heading above them. */
  static OptionGroup declare(String heading) {
    PlatformConverter machines = new PlatformConverter();
    return group(
        heading,
        list(
            "DIR",
            "Take programs and libraries from this tree instead of the running system. Names are"
                + " then looked up in its conventional directories, not in PATH. Of several"
                + " platforms, PLATFORM=DIR is the tree of one, such as linux/arm64=DIR.",
            "--sysroot"),
        HWCAPS.takenBy(
            Options.of(
                HwcapsPolicy.class,
                "WHICH",
                "baseline: the libraries that run on every processor of the architecture. all: also"
                    + " those of glibc-hwcaps directories. Default: baseline.",
                "--hwcaps")),
        DLOPEN.takenBy(
            Options.of(
                Dlopen.class,
                "WHICH",
                "Of the libraries that programs say they may open (.note.dlopen): recommended, or"
                    + " also those that are just suggested. Required ones must be there. Default:"
                    + " recommended.",
                "--dlopen")),
        list(
                "DIR",
                "Directories of the sysroot that the image's ld.so.cache shall have too, before all"
                    + " others; repeatable.",
                "--library-path")
            .splitRegex(":"),
        listOf(
                ElfMachine.class,
                "linux/ARCH",
                "The machine to take programs for, where the sysroot has several, and to make a base"
                    + " system for: linux/amd64, linux/arm64, ... Default: that of the first"
                    + " program. 'jbuild rootfs' makes one image index of several.",
                "--platform")
            .splitRegex(",")
            .converters(machines)
            .completionCandidates(machines));
  }

  /** Which notes are followed. */
  enum Dlopen {
    RECOMMENDED,
    SUGGESTED
  }

  /** How far the closure goes. */
  ClosureOptions closureOptions(Sysroot root, Optional<ElfMachine> machine) {
    SysrootPath start = workingDirectory(root);
    ClosureOptions options =
        ClosureOptions.DEFAULT
            .withHwcaps(hwcaps)
            .withSuggested(dlopen == Dlopen.SUGGESTED)
            .withLibraryPath(
                libraryPath.stream()
                    .filter(directory -> !directory.isEmpty())
                    .map(start::resolve)
                    .collect(ImmutableList.toImmutableList()));
    return machine.isEmpty() ? options : options.withMachine(machine.get());
  }

  /**
   * Says which directories of {@code --library-path} are none, which the loader ignores too.
   *
   * @throws IOException if the tree cannot be read
   */
  void warn(Sysroot root, TalkOptions talk, Console console) throws IOException {
    for (String directory : libraryPath) {
      SysrootPath path = workingDirectory(root).resolve(directory);
      if (!directory.isEmpty() && !root.find(path).map(Resolution::isDirectory).orElse(false)) {
        talk.warn(
            "--library-path: there is no directory "
                + Printable.of(path.value())
                + (root.isHost() ? "" : " in " + root.directory())
                + ", so nothing is found by it",
            console);
      }
    }
  }

  /** The machines to build for, if the user has named some. */
  ImmutableList<ElfMachine> machines() {
    return ImmutableSet.copyOf(platforms).asList();
  }

  /**
   * The machine to look at, where it is one.
   *
   * @param usage makes the exception for a message
   */
  Optional<ElfMachine> machine(Function<String, ParameterException> usage) {
    if (machines().size() > 1) {
      throw usage.apply("--platform names one machine here; only an image can be for several");
    }
    return machines().stream().findFirst();
  }

  /** The tree that is named for that machine, or else for all; the last of several. */
  Optional<Path> namedSysroot(Optional<ElfMachine> machine) {
    Optional<Path> ofAll = Optional.empty();
    Optional<Path> ofThis = Optional.empty();
    for (String sysroot : sysroots) {
      Matcher matcher = OfPlatform.PATTERN.matcher(sysroot);
      if (!matcher.matches()) {
        ofAll = Optional.of(Path.of(sysroot));
      } else if (machine.isPresent()
          && matcher.group(1).equals("linux/" + machine.get().architecture())) {
        ofThis = Optional.of(Path.of(matcher.group(2)));
      }
    }
    return ofThis.isPresent() ? ofThis : ofAll;
  }

  /** Compiled only where somebody names a tree. */
  private static final class OfPlatform {
    static final Pattern PATTERN = Pattern.compile("(linux/[a-z0-9]+)=(.+)", Pattern.DOTALL);
  }

  Path sysroot(Optional<ElfMachine> machine) {
    return namedSysroot(machine).orElse(RUNNING);
  }

  /** Whether programs are taken from the running system. */
  boolean isHost() {
    return sysroot(Optional.empty()).equals(RUNNING);
  }

  /** What PATH is in an image. */
  static String path(ImageConfig config) {
    return config.env().stream()
        .filter(variable -> variable.startsWith("PATH="))
        .findFirst()
        .map(variable -> variable.substring("PATH=".length()))
        .orElse(CONVENTIONAL_PATH);
  }

  /** The directories of PATH, or the conventional ones where PATH is not meant. */
  ImmutableList<SysrootPath> searchPath(Sysroot root, ImmutableMap<String, String> environment) {
    String path = root.isHost() ? environment.getOrDefault("PATH", "") : "";
    return ProgramFinder.searchPath(path.isEmpty() ? CONVENTIONAL_PATH : path);
  }

  /** Where the programs of a recipe are, whoever builds it. */
  static ImmutableList<SysrootPath> conventionalPath() {
    return ProgramFinder.searchPath(CONVENTIONAL_PATH);
  }

  /** Relative paths start from the working directory, but in a sysroot from its root. */
  SysrootPath workingDirectory(Sysroot root) {
    return root.isHost()
        ? SysrootPath.of(Path.of("").toAbsolutePath().toString())
        : SysrootPath.ROOT;
  }

  /** {@code linux/ARCH[/VARIANT]}, in the words of image configurations. */
  private static final class PlatformConverter
      implements ITypeConverter<ElfMachine>, Iterable<String> {
    @Override
    public ElfMachine convert(String value) {
      List<String> parts = Splitter.on('/').splitToList(value);
      Optional<ElfMachine> machine =
          parts.size() >= 2 && parts.size() <= 3 && parts.get(0).equals("linux")
              ? ElfMachine.ofArchitecture(parts.get(1))
              : Optional.empty();
      return machine.orElseThrow(
          () ->
              new TypeConversionException("'" + value + "' is none of " + String.join(", ", this)));
    }

    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(ElfMachine.values())
          .map(machine -> "linux/" + machine.architecture())
          .distinct()
          .iterator();
    }
  }
}
