package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.file;
import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;
import static io.jrootfs.builder.option.Options.list;
import static io.jrootfs.builder.option.Options.text;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.BaseRequest;
import io.jrootfs.builder.debian.BootstrapHost;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.debian.PackageArchive;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/** The base system that everything else is put upon. */
final class BaseOptions {
  /** Where debootstrap and its like are, which an ordinary user's PATH often lacks. */
  private static final ImmutableList<String> SYSTEM_PATH =
      ImmutableList.of(
          "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** What makes no sense without a suite. */
  private static final ImmutableList<String> OF_SUITE =
      ImmutableList.of(
          "--variant",
          "--include",
          "--mirror",
          "--components",
          "--keyring",
          "--no-check-gpg",
          "--arch",
          "--bootstrap-tool",
          "--slim");

  private static final EnumConverter<Tool> TOOLS = new EnumConverter<>(Tool.values());

  private final Options given;
  private final Optional<String> suite;
  private final Optional<String> from;

  BaseOptions(Options given) {
    this.given = given;
    this.suite = given.value("--debootstrap");
    this.from = given.value("--from");
  }

  static OptionGroup declare() {
    return group(
        "%nBase system:%n",
        text(
            "SUITE",
            "Begin with a Debian or Ubuntu system, such as bookworm. --add then looks for programs"
                + " there first, and the default command is its shell.",
            "--debootstrap"),
        text(
            "IMAGE",
            "Begin with an image: a docker or OCI archive, an OCI layout, the tar of a root"
                + " filesystem, or an image in a registry as for 'jbuild pull'. Its layers stay as"
                + " they are below a new one, and its configuration counts where nothing else is"
                + " said. --add looks for programs there first.",
            "--from"),
        text("NAME", "Which packages: minbase, buildd and what else the tool has.", "--variant"),
        list("PACKAGE", "More packages, with what they depend on.", "--include").splitRegex(","),
        text(
            "URL",
            "The archive. Default: the one this system's apt has for the suite, else the tool's"
                + " own.",
            "--mirror"),
        list(
                "NAME",
                "Parts of the archive that packages may be from, such as main,contrib or"
                    + " main,universe. Default: main.",
                "--components")
            .splitRegex(","),
        file("FILE", "Whose keys may sign the archive. Default: the distribution's.", "--keyring"),
        flag("Take an archive that nobody known has signed.", "--no-check-gpg"),
        text(
            "ARCH",
            "For this architecture, in Debian's words, such as arm64; --platform says it in others."
                + " Another machine's packages are installed by qemu-user-static.",
            "--arch"),
        TOOLS.takenBy(
            Options.of(
                Tool.class,
                "TOOL",
                "auto, debootstrap or mmdebstrap. auto: mmdebstrap if it is installed.",
                "--bootstrap-tool")),
        flag("Without manuals, documentation and translations; licenses stay.", "--slim"));
  }

  /**
   * What is asked for; empty without {@code --debootstrap} and {@code --from}.
   *
   * @param machine what the system is for, if that is said elsewhere
   * @param usage makes the exception for a message
   */
  Optional<BaseRequest> request(
      Optional<ElfMachine> machine, Function<String, ParameterException> usage) {
    if (suite.isEmpty()) {
      refuseAlone(usage);
      if (from.isPresent() && from.get().isBlank()) {
        throw usage.apply(
            "--from names no image; it is a file, a directory or a name in a registry");
      }
      Optional<Platform> platform = machine.map(it -> new Platform("linux", it.architecture(), ""));
      return from.map(it -> BaseRequest.OfImage.of(it, platform));
    }
    if (from.isPresent()) {
      throw usage.apply(
          "an image begins with the image of --from or the system of --debootstrap, not with both");
    }
    try {
      BootstrapRequest request =
          new BootstrapRequest(
              suite.get(),
              given.value("--variant"),
              given.values("--include"),
              new PackageArchive(
                  given.value("--mirror"),
                  given.values("--components"),
                  given.value("--keyring", Path.class).map(Path::toAbsolutePath),
                  /* checkSignatures= */ !given.isOn("--no-check-gpg")),
              given.value("--arch"),
              tool(),
              given.isOn("--slim"));
      return Optional.of(
          new BaseRequest.OfPackages(
              machine.isEmpty() ? request : request.forMachine(machine.get())));
    } catch (IllegalArgumentException e) {
      throw usage.apply(String.valueOf(e.getMessage()));
    }
  }

  private void refuseAlone(Function<String, ParameterException> usage) {
    for (String option : OF_SUITE) {
      if (isSet(option)) {
        throw usage.apply(option + " goes with --debootstrap SUITE");
      }
    }
  }

  /** Whether an option says something else than it would say if it were not there. */
  private boolean isSet(String option) {
    return switch (option) {
      case "--include", "--components" -> !given.values(option).isEmpty();
      case "--no-check-gpg", "--slim" -> given.isOn(option);
      case "--bootstrap-tool" -> tool() != Tool.AUTO;
      default -> given.has(option);
    };
  }

  private Tool tool() {
    return given.value("--bootstrap-tool", Tool.class).orElse(Tool.AUTO);
  }

  /** Programs, places and rights, from the environment variables that everybody uses for them. */
  static BootstrapHost host(ImmutableMap<String, String> environment, boolean root) {
    Set<String> path = new LinkedHashSet<>(SYSTEM_PATH.size());
    Splitter.on(':')
        .split(environment.getOrDefault("PATH", ""))
        .forEach(element -> addAbsolute(path, element));
    path.addAll(SYSTEM_PATH);
    String temporary = environment.getOrDefault("TMPDIR", "");
    return new BootstrapHost(
        path.stream().map(Path::of).collect(ImmutableList.toImmutableList()),
        ImmutableSortedMap.copyOf(environment),
        // Whole systems do not belong in /tmp, which is often memory (file-hierarchy(7)).
        Path.of(temporary.isEmpty() ? "/var/tmp" : temporary).toAbsolutePath(),
        cache(environment, root),
        /* memory= */ OptionalLong.empty(),
        root);
  }

  private static void addAbsolute(Set<String> path, String element) {
    if (element.startsWith("/")) {
      path.add(element);
    }
  }

  private static Path cache(ImmutableMap<String, String> environment, boolean root) {
    String given = environment.getOrDefault("JBUILD_CACHE_DIR", "");
    if (!given.isEmpty()) {
      return Path.of(given).toAbsolutePath();
    }
    if (root) {
      return Path.of("/var/cache/jbuild");
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        xdg.startsWith("/")
            ? Path.of(xdg)
            : Path.of(environment.getOrDefault("HOME", "/")).resolve(".cache");
    return caches.resolve("jbuild");
  }
}
