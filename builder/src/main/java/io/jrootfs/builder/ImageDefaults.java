package io.jrootfs.builder;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image says of itself unless the request says otherwise.
 *
 * @param name what it is called
 * @param config how it is run
 */
public record ImageDefaults(ImageReference name, ImageConfig config) {
  /** The order of login shells on Debian; merged-/usr or not, one of the pair has the program. */
  private static final ImmutableList<String> CONVENTIONAL_PATH =
      ImmutableList.of(
          "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private static final String PATH = "PATH=";

  /** What a base system without further programs is for; the first that is there. */
  private static final ImmutableList<String> SHELLS =
      ImmutableList.of("/usr/bin/bash", "/bin/bash", "/usr/bin/sh", "/bin/sh");

  /**
   * Of programs alone: the first as command, a PATH in which every one is found, and {@code
   * localhost/FIRST-PROGRAM:latest} as name; the output's name would make equal images differ.
   */
  public static ImageDefaults of(Closure closure) {
    ImmutableList<String> started = started(closure);
    return new ImageDefaults(
        ImageReference.forUnnamed(
            started.isEmpty() ? "rootfs" : SysrootPath.of(started.get(0)).fileName()),
        config(ImageConfig.empty(platform(closure)), closure, started));
  }

  /** The same for the machine that is asked for; files say nothing of one, programs do. */
  public ImageDefaults forMachine(Optional<ElfMachine> machine, Closure closure) {
    return machine.isEmpty() || closure.machine().isPresent()
        ? this
        : new ImageDefaults(
            name, config.withPlatform(new Platform("linux", machine.get().architecture(), "")));
  }

  /**
   * Of a base and programs on top, which stand behind what the base says of itself: an entrypoint
   * stays what is run. A base that says nothing is run with its shell.
   */
  public static ImageDefaults of(Base base, Closure closure) {
    ImmutableList<String> started = started(closure);
    if (!started.isEmpty()) {
      return new ImageDefaults(of(closure).name(), config(base.config(), closure, started));
    }
    boolean isSilent = base.config().equals(ImageConfig.empty(base.config().platform()));
    ImmutableList<String> shells =
        SHELLS.stream()
            .filter(shell -> isSilent && base.rootfs().get(RootfsPath.of(shell)).isPresent())
            .collect(ImmutableList.toImmutableList());
    return new ImageDefaults(
        base.name(), shells.isEmpty() ? base.config() : config(base.config(), closure, shells));
  }

  /** Where the programs of a base are: where it says, or where they usually are. */
  static ImmutableList<SysrootPath> pathOf(Base base) {
    return directories(base.config()).stream()
        .filter(directory -> directory.startsWith("/"))
        .map(SysrootPath::of)
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableList<String> directories(ImageConfig config) {
    return config.env().stream()
        .filter(variable -> variable.startsWith(PATH))
        .findFirst()
        .map(variable -> variable.substring(PATH.length()))
        .map(path -> ImmutableList.copyOf(Splitter.on(':').omitEmptyStrings().split(path)))
        .orElse(CONVENTIONAL_PATH);
  }

  private static ImageConfig config(
      ImageConfig given, Closure closure, ImmutableList<String> commands) {
    ImageConfig config = given.withEnv(environment(given, closure));
    return commands.isEmpty() || !given.entrypoint().isEmpty()
        ? config
        : config.withCmd(commands.subList(0, 1));
  }

  private static ImmutableList<String> environment(ImageConfig config, Closure closure) {
    String path = PATH + String.join(":", path(directories(config), closure));
    boolean isSaid = config.env().stream().anyMatch(it -> it.startsWith(PATH));
    return isSaid
        ? config.env().stream()
            .map(variable -> variable.startsWith(PATH) ? path : variable)
            .collect(ImmutableList.toImmutableList())
        : ImmutableList.<String>builder().addAll(config.env()).add(path).build();
  }

  /**
   * The requested programs. A library that was asked for, or a loader for the sake of what it
   * opens, is not one that somebody starts by name.
   */
  private static ImmutableList<String> started(Closure closure) {
    ImmutableSet<SysrootPath> libraries =
        closure.edges().stream()
            .filter(edge -> edge.foundBy() instanceof FoundBy.Request)
            .filter(edge -> isLibrary(closure.nodes().get(edge.to().path())))
            .map(edge -> edge.to().requested())
            .collect(toImmutableSet());
    return closure.programs().stream()
        .map(Program::path)
        .filter(path -> !libraries.contains(path))
        .map(SysrootPath::value)
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean isLibrary(Closure.@Nullable Node node) {
    return node != null
        && (node.kind() == Closure.Kind.SHARED_OBJECT
            || node.kind() == Closure.Kind.PROGRAM_INTERPRETER);
  }

  private static Set<String> path(ImmutableList<String> given, Closure closure) {
    Set<String> path = new LinkedHashSet<>(given);
    for (String program : started(closure)) {
      path.add(SysrootPath.of(program).parent().value());
    }
    for (Closure.Edge edge : closure.edges()) {
      // What "env" starts for a script, it will look up in this PATH.
      if (edge.foundBy() instanceof FoundBy.Shebang && !edge.requested().contains("/")) {
        path.add(edge.to().requested().parent().value());
      }
    }
    return path;
  }

  /** The machine of the first program; of this machine when nothing in the image says. */
  private static Platform platform(Closure closure) {
    return closure
        .machine()
        .map(machine -> new Platform("linux", machine.architecture(), ""))
        .orElseGet(Platform::ofThisMachine);
  }
}
