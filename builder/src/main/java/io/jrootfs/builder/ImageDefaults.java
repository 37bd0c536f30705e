package io.jrootfs.builder;

import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an image says of itself unless the request says otherwise. */
final class ImageDefaults {
  /** The order of login shells on Debian; merged-/usr or not, one of the pair has the program. */
  private static final ImmutableList<String> CONVENTIONAL_PATH =
      ImmutableList.of(
          "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private ImageDefaults() {}

  /** The first program as command, and a PATH in which every program is found. */
  static ImageConfig config(Closure closure) {
    return ImageConfig.empty(platform(closure))
        .withEnv(ImmutableList.of("PATH=" + String.join(":", path(closure))))
        .withCmd(started(closure).stream().limit(1).collect(ImmutableList.toImmutableList()));
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

  private static Set<String> path(Closure closure) {
    Set<String> path = new LinkedHashSet<>(CONVENTIONAL_PATH);
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

  /** {@code localhost/FIRST-PROGRAM:latest}; the output's name would make equal images differ. */
  static ImageReference name(Closure closure) {
    return ImageReference.forUnnamed(
        started(closure).stream()
            .map(program -> SysrootPath.of(program).fileName())
            .findFirst()
            .orElse("rootfs"));
  }

  /** The machine of the first program; of this machine when nothing in the image says. */
  private static Platform platform(Closure closure) {
    return closure
        .machine()
        .map(machine -> new Platform("linux", machine.architecture(), ""))
        .orElseGet(Platform::ofThisMachine);
  }
}
