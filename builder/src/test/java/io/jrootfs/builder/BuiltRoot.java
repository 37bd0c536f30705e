package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.closure.ClosureOptions;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageSettings;
import io.jrootfs.builder.rootfs.ExternalTool;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A root of nothing but a closure, in which programs are started for real. */
final class BuiltRoot {
  private final Path directory;

  private BuiltRoot(Path directory) {
    this.directory = directory;
  }

  /** Builds {@code programs} of {@code sysroot} into {@code directory}. */
  static BuiltRoot of(Path sysroot, Path directory, String... programs) throws Exception {
    return of(sysroot, directory, ClosureOptions.DEFAULT, programs);
  }

  static BuiltRoot of(Path sysroot, Path directory, ClosureOptions options, String... programs)
      throws Exception {
    Sysroot root = Sysroot.of(sysroot);
    ImmutableList<String> names = ImmutableList.copyOf(programs);
    Closure closure =
        RootfsBuild.resolve(names, root, ImmutableList.of(), SysrootPath.ROOT, options);
    RootfsRequest request =
        new RootfsRequest(
            Optional.empty(),
            names,
            ImmutableList.of(),
            ImmutableList.of(),
            Additions.none(),
            ImageSettings.none(),
            0,
            Optional.empty(),
            new RootfsRequest.Output(
                directory,
                RootfsRequest.Format.DIRECTORY,
                Compression.NONE,
                /* keepOwners= */ true));
    RootfsBuild.write(
        request,
        ImageDefaults.of(closure),
        RootfsBuild.assemble(request, new RootfsBuild.Resolved(closure, ImmutableList.of()), root)
            .rootfs());
    return new BuiltRoot(directory);
  }

  Path directory() {
    return directory;
  }

  /**
   * What a program prints there, with nothing in its environment. There is a /proc, as in every
   * container: $ORIGIN of a program comes from /proc/self/exe.
   */
  String run(String... command) throws IOException {
    return runWith("NOTHING=", command);
  }

  /** The same with {@code variable=value} in its environment. */
  String runWith(String variable, String... command) throws IOException {
    return ExternalTool.run(
        directory,
        ImmutableList.<String>builder()
            .add("unshare", "--mount", "sh", "-euc")
            .add(
                "mount -t proc proc proc; variable=$1; shift;"
                    + "exec env -i \"$variable\" /usr/sbin/chroot . \"$@\"")
            .add("sh", variable)
            .add(command)
            .build()
            .toArray(new String[0]));
  }
}
