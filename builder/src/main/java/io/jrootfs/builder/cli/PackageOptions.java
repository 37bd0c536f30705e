package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;

import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.RootfsBuild;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.dpkg.DatabaseReading;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.ForeignDatabase;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.dpkg.PackageMetadata;
import io.jrootfs.builder.dpkg.Untold;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.rootfs.Omissions;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsConflictException;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.UncopyableFileException;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.text.Printable;
import java.io.IOException;
import java.util.Optional;

/** What an image says of the packages that its files are from. */
final class PackageOptions {
  private static final String METADATA = "--package-metadata";

  private final Optional<Boolean> asked;

  PackageOptions(Options given) {
    this.asked = given.value(METADATA, Boolean.class);
  }

  static OptionGroup declare() {
    return group(
        "%nPackages:%n",
        flag(
                "Bring, or leave out, what tells scanners which packages the files are from:"
                    + " /var/lib/dpkg/status.d, copyrights, and the files that name the distribution,"
                    + " such as os-release. Default: bring it, unless a recipe says otherwise.",
                METADATA)
            .negatable(true));
  }

  /** Whether it is wanted; the recipe may say where no option does. */
  private Optional<Boolean> said(Optional<Recipe> recipe) {
    return asked.or(() -> recipe.flatMap(it -> it.contents().packageMetadata()));
  }

  /** What it is made of, begun to be read if it is wanted of a build upon nothing. */
  DatabaseReading reading(Sysroot sysroot, Optional<Base> base, Optional<Recipe> recipe) {
    DatabaseReading reading = DatabaseReading.of(sysroot);
    // On a base, which takes longer, it may be that nothing of the sysroot is added.
    if (base.isEmpty() && said(recipe).orElse(true)) {
      reading.begin();
    }
    return reading;
  }

  /**
   * The tree, with that if it is wanted.
   *
   * @param reading of {@code sysroot}
   */
  RootfsBuild.Assembled addMetadata(
      RootfsRequest request,
      RootfsBuild.Assembled assembled,
      Sysroot sysroot,
      DatabaseReading reading,
      Optional<Recipe> recipe,
      TalkOptions talk,
      Console console)
      throws IOException, RootfsConflictException, UncopyableFileException {
    Optional<Boolean> said = said(recipe);
    if (!said.orElse(true)) {
      return assembled;
    }
    PackageMetadata.Told told = told(request, assembled.rootfs(), sysroot, reading);
    // Of a default nobody needs to hear that it has less to work on here.
    if (said.orElse(false)) {
      shortcoming(told, sysroot).ifPresent(sentence -> talk.warn(sentence, console));
    }
    if (!told.unlisted().isEmpty()) {
      talk.warn(warning(sysroot, told.unlisted()), console);
    }
    Omissions unkept = new Omissions();
    unkept.addAll(assembled.unkept());
    unkept.addAll(told.unkept());
    return new RootfsBuild.Assembled(told.rootfs(), unkept.all());
  }

  /** What somebody who asked for package metadata does not get. */
  private static Optional<String> shortcoming(PackageMetadata.Told told, Sysroot sysroot)
      throws IOException {
    Untold untold = told.untold().orElse(null);
    if (untold instanceof Untold.OtherDistribution other) {
      return Optional.of(
          "no package metadata is added: the image is "
              + name(other.image())
              + ", and the programs and files are from "
              + sysroot.directory()
              + ", which "
              + other.origin().map(it -> "is " + name(it)).orElse("has no os-release")
              + ": scanners would look their packages up in the wrong advisories; take them from a"
              + " root of the image's distribution, which --sysroot names");
    }
    if (untold instanceof Untold.NothingOwned nothing) {
      // That their lists are missing is told in any case.
      return nothing.hasPackages() || !told.unlisted().isEmpty()
          ? Optional.empty()
          : Optional.of(
              "no package metadata is added: nothing in the image was taken from a package in"
                  + " dpkg's database of "
                  + sysroot.directory());
    }
    return ForeignDatabase.managerOf(sysroot)
        .map(
            manager ->
                "package metadata is read from dpkg's database alone, and "
                    + sysroot.directory()
                    + " has that of "
                    + manager
                    + ": the image tells its distribution and no packages");
  }

  private static String name(OsRelease distribution) {
    return Printable.of(distribution.prettyName());
  }

  private static PackageMetadata.Told told(
      RootfsRequest request, Rootfs assembled, Sysroot sysroot, DatabaseReading reading)
      throws IOException, RootfsConflictException, UncopyableFileException {
    try {
      return RootfsBuild.withPackageMetadata(request, assembled, sysroot, reading);
    } catch (IOException e) {
      // Who only wants a program out of a broken system has not asked for this.
      throw new IOException(
          Failure.of(e).sentence()
              + "; it is read for the image to tell its packages, which --no-package-metadata"
              + " leaves out",
          e);
    }
  }

  private static String warning(Sysroot sysroot, ImmutableSortedSet<DpkgPackage> unlisted) {
    int more = unlisted.size() - 1;
    return sysroot.directory().resolve("var/lib/dpkg/info")
        + " has no list of the files of "
        + unlisted.first().name()
        + (more > 0 ? " and " + more + " more" : "")
        + ", so the image does not tell which of its files are from there";
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
