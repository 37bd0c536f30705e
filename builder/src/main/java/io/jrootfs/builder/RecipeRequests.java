package io.jrootfs.builder;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static com.google.common.collect.ImmutableSet.toImmutableSet;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.debian.BootstrapRequest;
import io.jrootfs.builder.elf.ElfMachine;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.util.Optional;

/** Recipes as requests to the pipeline. */
public final class RecipeRequests {
  private RecipeRequests() {}

  /**
   * The request with what the recipe asks for below it: programs, copies and features of both, and
   * of everything that is there once, the request's.
   *
   * @param machine what a base system is to be for, if that is said elsewhere
   * @throws UnbuildableRecipeException if nothing matches a pattern, or it wants what cannot be
   *     done
   * @throws ClosureException if a program is not there
   * @throws IOException if the sysroot or a file beside the recipe cannot be read
   */
  public static RootfsRequest below(
      RootfsRequest request,
      Recipe recipe,
      Sysroot sysroot,
      ProgramFinder finder,
      Optional<ElfMachine> machine)
      throws IOException, ClosureException, UnbuildableRecipeException {
    RecipeContents.Parts contents =
        RecipeContents.of(recipe, sysroot, finder, request.sourceDateEpoch());
    ImmutableSet<RootfsPath> replaced =
        request.copies().stream().map(RootfsRequest.Copy::destination).collect(toImmutableSet());
    Additions additions = contents.additions();
    return new RootfsRequest(
        base(request, recipe, machine),
        both(contents.programs(), request.programs()),
        both(
            contents.copies().stream()
                .filter(copy -> !replaced.contains(copy.destination()))
                .collect(toImmutableList()),
            request.copies()),
        both(recipe.contents().features(), request.features()),
        new Additions(
            additions.programs(),
            additions.files(),
            additions.entries().stream()
                .filter(entry -> !replaced.contains(entry.entry().path()))
                .collect(toImmutableList()),
            additions.accounts(),
            additions.amendments()),
        recipe.image().overriddenBy(request.image()),
        request.sourceDateEpoch(),
        request.name().or(recipe::name),
        request.output());
  }

  /** The request's word is the whole of it: a suite with another's packages would be neither. */
  private static Optional<BaseRequest> base(
      RootfsRequest request, Recipe recipe, Optional<ElfMachine> machine)
      throws UnbuildableRecipeException {
    Optional<BaseRequest> base = request.base();
    if (base.isEmpty()) {
      Optional<Platform> platform = machine.map(it -> new Platform("linux", it.architecture(), ""));
      base = recipe.contents().from().map(it -> ofRecipe(it, platform));
    }
    if (base.isPresent() && base.get() instanceof BaseRequest.OfImage image) {
      return Optional.of(image.forOneOf(recipe.platforms()));
    }
    if (base.isPresent() && base.get() instanceof BaseRequest.OfPackages packages) {
      return Optional.of(
          new BaseRequest.OfPackages(packages.system().forOneOf(recipe.platforms())));
    }
    Optional<Recipe.DebianSystem> system = recipe.contents().debian();
    if (system.isEmpty()) {
      return Optional.empty();
    }
    try {
      BootstrapRequest made = BaseRequests.of(system.get());
      return Optional.of(
          new BaseRequest.OfPackages(
              machine.isPresent()
                  ? made.forMachine(machine.get())
                  : made.forOneOf(recipe.platforms())));
    } catch (IllegalArgumentException e) {
      throw new UnbuildableRecipeException(
          recipe.file() + ": 'contents.debian': " + e.getMessage());
    }
  }

  private static BaseRequest ofRecipe(Recipe.FromImage image, Optional<Platform> platform) {
    return new BaseRequest.OfImage(image.name(), image.file(), platform);
  }

  private static <T> ImmutableList<T> both(ImmutableList<T> first, ImmutableList<T> second) {
    return ImmutableSet.<T>builder().addAll(first).addAll(second).build().asList();
  }

  /**
   * Fails unless the recipe may be built for that platform.
   *
   * @throws UnbuildableRecipeException if the recipe names other platforms only
   */
  public static void checkPlatform(Recipe recipe, Platform platform)
      throws UnbuildableRecipeException {
    if (!recipe.platforms().isEmpty()
        && recipe.platforms().stream().noneMatch(platform::satisfies)) {
      throw new UnbuildableRecipeException(
          recipe.file()
              + ": is for "
              + Joiner.on(", ").join(recipe.platforms())
              + ", but its programs are for "
              + platform
              + "; --sysroot takes them from a tree of another machine");
    }
  }
}
