package io.jrootfs.builder.cli;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.ldso.HwcapsPolicy;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where programs and libraries come from; the same for every command that resolves. */
final class ResolutionOptions {
  /** For a sysroot that is not this system, whose PATH says nothing about it. */
  private static final String CONVENTIONAL_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  @Option(
      names = "--sysroot",
      paramLabel = "DIR",
      defaultValue = "/",
      description =
          "Take programs and libraries from this tree instead of the running system. Names are"
              + " then looked up in its conventional directories, not in PATH.")
  private Path sysroot = Path.of("/");

  @Option(
      names = "--hwcaps",
      paramLabel = "WHICH",
      defaultValue = "baseline",
      converter = HwcapsConverter.class,
      description =
          "baseline: the libraries that run on every processor of the architecture. all: also those"
              + " of glibc-hwcaps directories. Default: ${DEFAULT-VALUE}.")
  private HwcapsPolicy hwcaps = HwcapsPolicy.BASELINE;

  /** How far the closure goes. */
  ClosureOptions closureOptions() {
    return ClosureOptions.DEFAULT.withHwcaps(hwcaps);
  }

  Path sysroot() {
    return sysroot;
  }

  /** The directories of PATH, or the conventional ones where PATH is not meant. */
  ImmutableList<SysrootPath> searchPath(Sysroot root, ImmutableMap<String, String> environment) {
    String path = root.isHost() ? environment.getOrDefault("PATH", "") : "";
    return ProgramFinder.searchPath(path.isEmpty() ? CONVENTIONAL_PATH : path);
  }

  /** Relative paths start from the working directory, but in a sysroot from its root. */
  SysrootPath workingDirectory(Sysroot root) {
    return root.isHost()
        ? SysrootPath.of(Path.of("").toAbsolutePath().toString())
        : SysrootPath.ROOT;
  }

  /** The lower-case names of {@link HwcapsPolicy}. */
  static final class HwcapsConverter extends EnumConverter<HwcapsPolicy> {
    HwcapsConverter() {
      super(HwcapsPolicy.values(), constant -> Ascii.toLowerCase(constant.name()));
    }
  }
}
