package io.jrootfs.builder.cli;

import static io.jrootfs.builder.option.Options.file;
import static io.jrootfs.builder.option.Options.flag;
import static io.jrootfs.builder.option.Options.group;

import io.jrootfs.builder.BaseImages;
import io.jrootfs.builder.BaseRequest;
import io.jrootfs.builder.BuildLock;
import io.jrootfs.builder.RootfsRequest;
import io.jrootfs.builder.debian.BaseLock;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.option.OptionGroup;
import io.jrootfs.builder.option.Options;
import io.jrootfs.builder.recipe.DriftException;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
import io.jrootfs.builder.recipe.RecipeLock;
import io.jrootfs.builder.recipe.RecipeReader;
import io.jrootfs.builder.rootfs.Rootfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A recipe as the source of everything that is not on the command line. */
final class RecipeOptions {
  private final @Nullable Path file;
  private final RecipeSettings settings;
  private final boolean locked;
  private final boolean offline;
  private final boolean writeLock;

  RecipeOptions(Options given) {
    this.file = given.value("--recipe", Path.class).orElse(null);
    this.settings = new RecipeSettings(given);
    this.locked = given.isOn("--locked");
    this.offline = given.isOn("--offline");
    this.writeLock = given.isOn("--write-lock");
  }

  static OptionGroup declare() {
    return group(
        "%nRecipe:%n",
        file(
            "FILE",
            "Take everything from this recipe; what is on the command line comes on top, or wins.",
            "--recipe"),
        flag(
            "Build exactly what the recipe's lock says, or fail and tell what differs; see 'jbuild"
                + " lock'.",
            "--locked"),
        flag(
            "Fetch nothing: the packages of a base system, or the base image, are those of the"
                + " lock, from the cache. Goes with --locked.",
            "--offline"),
        flag("What 'jbuild lock' does.", "--write-lock").hidden(true),
        RecipeSettings.option());
  }

  /** What is wrong with the options together; empty if nothing is. */
  String misuse() {
    if (file == null && (!settings.isEmpty() || locked || writeLock)) {
      return "--set and --locked are about a recipe; give --recipe";
    }
    return offline && !locked ? "--offline goes with --locked" : "";
  }

  boolean isOffline() {
    return offline;
  }

  /** Whether a lock is written, or decides. */
  boolean isLocking() {
    return locked || writeLock;
  }

  boolean isWritingLock() {
    return writeLock;
  }

  /** Where the lock of the recipe is. */
  Path lock() {
    return RecipeLock.fileOf(recipeFile());
  }

  private Path recipeFile() {
    if (file == null) {
      throw new IllegalStateException("there is no recipe");
    }
    return file;
  }

  /**
   * Where the packages of a base system are to be from. A lock that does not fit is found before
   * the system is made.
   *
   * @param wanted the system that is asked for
   * @throws DriftException if the recipe or the system is not the one that was locked
   */
  BaseSystem.Packages packages(BootstrapRequest wanted)
      throws IOException, RecipeException, DriftException {
    Optional<BaseLock> base = Optional.empty();
    if (locked) {
      base = BuildLock.base(checked(new BaseRequest.OfPackages(wanted)), lock());
      if (offline && base.isEmpty()) {
        throw new RecipeException(
            lock().toString(),
            "locks no packages to make the base system of; 'jbuild lock' makes one that does");
      }
    }
    return new BaseSystem.Packages(locked || writeLock, base, offline);
  }

  /**
   * Which image a base has to be. A lock that does not fit is found before the image is fetched.
   *
   * @param wanted the image that is asked for
   * @throws DriftException if the recipe or the image is not the one that was locked
   */
  BaseImages.Pin pin(BaseRequest.OfImage wanted)
      throws IOException, RecipeException, DriftException {
    Optional<Digest> digest = locked ? BuildLock.image(checked(wanted), lock()) : Optional.empty();
    if (offline && digest.isEmpty()) {
      throw new RecipeException(
          lock().toString(), "locks no base image; 'jbuild lock' makes one that does");
    }
    return new BaseImages.Pin(locked || writeLock, digest, offline);
  }

  private RecipeLock checked(BaseRequest wanted)
      throws IOException, RecipeException, DriftException {
    RecipeLock lock = RecipeLock.read(lock());
    String explained = RecipeReader.explain(recipeFile(), settings.values());
    lock.checkBefore(BuildLock.before(explained, Optional.of(wanted)), lock());
    return lock;
  }

  /**
   * Writes the lock of a build.
   *
   * @throws IOException if it cannot be written, or a file not be read
   */
  void writeLock(RootfsRequest request, Platform platform, Optional<Base> base, Rootfs rootfs)
      throws IOException, RecipeException {
    lockOf(request, platform, base, rootfs).write(lock());
  }

  /**
   * Fails if the build is to be as locked, and is not.
   *
   * @throws DriftException if something differs
   */
  void checkLock(RootfsRequest request, Platform platform, Optional<Base> base, Rootfs rootfs)
      throws IOException, RecipeException, DriftException {
    if (locked) {
      RecipeLock.read(lock()).check(lockOf(request, platform, base, rootfs), lock());
    }
  }

  private RecipeLock lockOf(
      RootfsRequest request, Platform platform, Optional<Base> base, Rootfs rootfs)
      throws IOException, RecipeException {
    return BuildLock.of(
        RecipeReader.explain(recipeFile(), settings.values()), request, platform, base, rootfs);
  }

  Optional<Recipe> read() throws IOException, RecipeException {
    return file == null
        ? Optional.empty()
        : Optional.of(RecipeReader.read(file, settings.values()));
  }
}
