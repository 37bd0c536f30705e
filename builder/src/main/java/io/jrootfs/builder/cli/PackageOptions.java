package io.jrootfs.builder.cli;

import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.dpkg.ForeignDatabase;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an image says of the packages that its files are from. */
final class PackageOptions {
  @Option(
      names = "--package-metadata",
      negatable = true,
      description =
          "Bring, or leave out, what tells scanners which packages the files are from: os-release,"
              + " /var/lib/dpkg/status.d and copyrights. Default: bring it, unless a recipe says"
              + " otherwise.")
  private @Nullable Boolean asked;

  /**
   * The tree, with that if it is wanted.
   *
   * @param recipe may want it or not, where no option says so
   */
  Rootfs addMetadata(
      RootfsRequest request,
      Rootfs assembled,
      Sysroot sysroot,
      Optional<Recipe> recipe,
      TalkOptions talk,
      Console console)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Optional<Boolean> said =
        Optional.ofNullable(asked).or(() -> recipe.flatMap(it -> it.contents().packageMetadata()));
    // Of a default nobody needs to hear that it has less to work on here.
    if (said.orElse(false) && !talk.isQuiet()) {
      ForeignDatabase.managerOf(sysroot)
          .ifPresent(
              manager ->
                  console
                      .err()
                      .println(
                          "jbuild rootfs: package metadata is read from dpkg's database alone, and "
                              + sysroot.directory()
                              + " has that of "
                              + manager
                              + ": the image tells its distribution and no packages"));
    }
    return said.orElse(true)
        ? RootfsBuild.withPackageMetadata(request, assembled, sysroot)
        : assembled;
  }

  /** Says why what was added is there. */
  static void explain(Rootfs assembled, Rootfs rootfs, Console console) {
    for (RootfsEntry entry : rootfs.all()) {
      boolean isAdded = assembled.get(entry.path()).isEmpty();
      if (isAdded && !(entry instanceof RootfsEntry.Directory)) {
        console.out().println(entry.path() + " [package metadata]");
      }
    }
  }
}
