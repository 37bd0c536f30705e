package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;
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
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The base system that everything else is put upon. */
final class BaseOptions {
  /** Where debootstrap and its like are, which an ordinary user's PATH often lacks. */
  private static final ImmutableList<String> SYSTEM_PATH =
      ImmutableList.of(
          "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  @Option(
      names = "--debootstrap",
      paramLabel = "SUITE",
      description =
          "Begin with a Debian or Ubuntu system, such as bookworm. --add then looks for programs"
              + " there first, and the default command is its shell.")
  private @Nullable String suite;

  @Option(
      names = "--from",
      paramLabel = "IMAGE",
      description =
          "Begin with an image: a docker or OCI archive, an OCI layout, the tar of a root"
              + " filesystem, or an image in a registry as for 'jbuild pull'. Its layers stay as"
              + " they are below a new one, and its configuration counts where nothing else is"
              + " said. --add looks for programs there first.")
  private @Nullable String from;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Which packages: minbase, buildd and what else the tool has.")
  private @Nullable String variant;

  @Option(
      names = "--include",
      paramLabel = "PACKAGE",
      split = ",",
      description = "More packages, with what they depend on.")
  private List<String> include = ImmutableList.of();

  @Option(
      names = "--mirror",
      paramLabel = "URL",
      description =
          "The archive. Default: the one this system's apt has for the suite, else the tool's own.")
  private @Nullable String mirror;

  @Option(
      names = "--components",
      paramLabel = "NAME",
      split = ",",
      description =
          "Parts of the archive that packages may be from, such as main,contrib or main,universe."
              + " Default: main.")
  private List<String> components = ImmutableList.of();

  @Option(
      names = "--keyring",
      paramLabel = "FILE",
      description = "Whose keys may sign the archive. Default: the distribution's.")
  private @Nullable Path keyring;

  @Option(names = "--no-check-gpg", description = "Take an archive that nobody known has signed.")
  private boolean unsigned;

  @Option(
      names = "--arch",
      paramLabel = "ARCH",
      description =
          "For this architecture, in Debian's words, such as arm64; --platform says it in others."
              + " Another machine's packages are installed by qemu-user-static.")
  private @Nullable String architecture;

  @Option(
      names = "--bootstrap-tool",
      paramLabel = "TOOL",
      defaultValue = "auto",
      converter = ToolConverter.class,
      completionCandidates = ToolConverter.class,
      description = "auto, debootstrap or mmdebstrap. auto: mmdebstrap if it is installed.")
  private Tool tool = Tool.AUTO;

  @Option(
      names = "--slim",
      description = "Without manuals, documentation and translations; licenses stay.")
  private boolean slim;

  /**
   * What is asked for; empty without {@code --debootstrap} and {@code --from}.
   *
   * @param machine what the system is for, if that is said elsewhere
   * @param usage makes the exception for a message
   */
  Optional<BaseRequest> request(
      Optional<ElfMachine> machine, Function<String, ParameterException> usage) {
    if (suite == null) {
      refuseAlone(usage);
      if (from != null && from.isBlank()) {
        throw usage.apply(
            "--from names no image; it is a file, a directory or a name in a registry");
      }
      Optional<Platform> platform = machine.map(it -> new Platform("linux", it.architecture(), ""));
      return Optional.ofNullable(from).map(it -> BaseRequest.OfImage.of(it, platform));
    }
    if (from != null) {
      throw usage.apply(
          "an image begins with the image of --from or the system of --debootstrap, not with both");
    }
    try {
      BootstrapRequest request =
          new BootstrapRequest(
              suite,
              Optional.ofNullable(variant),
              ImmutableList.copyOf(include),
              new PackageArchive(
                  Optional.ofNullable(mirror),
                  ImmutableList.copyOf(components),
                  Optional.ofNullable(keyring).map(Path::toAbsolutePath),
                  /* checkSignatures= */ !unsigned),
              Optional.ofNullable(architecture),
              tool,
              slim);
      return Optional.of(
          new BaseRequest.OfPackages(
              machine.isEmpty() ? request : request.forMachine(machine.get())));
    } catch (IllegalArgumentException e) {
      throw usage.apply(String.valueOf(e.getMessage()));
    }
  }

  private void refuseAlone(Function<String, ParameterException> usage) {
    ImmutableMap<String, Boolean> given =
        ImmutableMap.<String, Boolean>builder()
            .put("--variant", variant != null)
            .put("--include", !include.isEmpty())
            .put("--mirror", mirror != null)
            .put("--components", !components.isEmpty())
            .put("--keyring", keyring != null)
            .put("--no-check-gpg", unsigned)
            .put("--arch", architecture != null)
            .put("--bootstrap-tool", tool != Tool.AUTO)
            .put("--slim", slim)
            .buildOrThrow();
    given.forEach(
        (option, isGiven) -> {
          if (isGiven) {
            throw usage.apply(option + " goes with --debootstrap SUITE");
          }
        });
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

  /** The words of {@code --bootstrap-tool}. */
  static final class ToolConverter extends EnumConverter<Tool> {
    ToolConverter() {
      super(Tool.values(), tool -> Ascii.toLowerCase(tool.name()));
    }
  }
}
