package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.ldso.FoundBy;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.util.LinkedHashSet;
import java.util.Set;

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

  /** What a base system without further programs is for; the first that is there. */
  private static final ImmutableList<String> SHELLS =
      ImmutableList.of("/usr/bin/bash", "/bin/bash", "/usr/bin/sh", "/bin/sh");

  /**
   * Of programs alone: the first as command, a PATH in which every one is found, and {@code
   * localhost/FIRST-PROGRAM:latest} as name; the output's name would make equal images differ.
   */
  public static ImageDefaults of(Closure closure) {
    // The machine of the first program; this one when nothing in the image says.
    Platform platform =
        closure
            .machine()
            .map(machine -> new Platform("linux", machine.architecture(), ""))
            .orElseGet(Platform::ofThisMachine);
    return new ImageDefaults(
        ImageReference.forUnnamed(
            closure.programs().isEmpty() ? "rootfs" : closure.programs().get(0).path().fileName()),
        config(platform, closure).withCmd(firstProgram(closure)));
  }

  /** Of a base system and programs on top: without one, the base's shell and its suite's name. */
  public static ImageDefaults of(BaseSystem base, Closure closure) {
    ImageConfig config = config(base.platform(), closure);
    if (!closure.programs().isEmpty()) {
      return new ImageDefaults(of(closure).name(), config.withCmd(firstProgram(closure)));
    }
    return new ImageDefaults(
        ImageReference.forUnnamed(base.suite()),
        config.withCmd(
            SHELLS.stream()
                .filter(shell -> base.rootfs().get(RootfsPath.of(shell)).isPresent())
                .limit(1)
                .collect(ImmutableList.toImmutableList())));
  }

  /** Where the programs of a system are that is not this one. */
  static ImmutableList<SysrootPath> conventionalPath() {
    return CONVENTIONAL_PATH.stream().map(SysrootPath::of).collect(ImmutableList.toImmutableList());
  }

  private static ImageConfig config(Platform platform, Closure closure) {
    return ImageConfig.empty(platform)
        .withEnv(ImmutableList.of("PATH=" + String.join(":", path(closure))));
  }

  private static ImmutableList<String> firstProgram(Closure closure) {
    return closure.programs().stream()
        .limit(1)
        .map(program -> program.path().value())
        .collect(ImmutableList.toImmutableList());
  }

  private static Set<String> path(Closure closure) {
    Set<String> path = new LinkedHashSet<>(CONVENTIONAL_PATH);
    for (Program program : closure.programs()) {
      path.add(program.path().parent().value());
    }
    for (Closure.Edge edge : closure.edges()) {
      // What "env" starts for a script, it will look up in this PATH.
      if (edge.foundBy() instanceof FoundBy.Shebang && !edge.requested().contains("/")) {
        path.add(edge.to().requested().parent().value());
      }
    }
    return path;
  }
}
