package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.ldso.FoundBy;
import java.util.LinkedHashSet;
import java.util.Set;

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
        .withCmd(
            closure.programs().stream()
                .limit(1)
                .map(program -> program.path().value())
                .collect(ImmutableList.toImmutableList()));
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

  /** {@code localhost/FIRST-PROGRAM:latest}; the output's name would make equal images differ. */
  static ImageReference name(Closure closure) {
    return ImageReference.forUnnamed(
        closure.programs().isEmpty() ? "rootfs" : closure.programs().get(0).path().fileName());
  }

  /** The machine of the first program; of this machine when nothing in the image says. */
  private static Platform platform(Closure closure) {
    return closure
        .machine()
        .map(machine -> new Platform("linux", machine.architecture(), ""))
        .orElseGet(Platform::ofThisMachine);
  }
}
