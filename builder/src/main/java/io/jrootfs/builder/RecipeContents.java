package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.closure.ClosureException;
import io.jrootfs.builder.closure.Program;
import io.jrootfs.builder.closure.ProgramFinder;
import io.jrootfs.builder.closure.TreeNeeds;
import io.jrootfs.builder.recipe.Accounts;
import io.jrootfs.builder.recipe.FileCapabilities;
import io.jrootfs.builder.recipe.FileSource;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.Recipe.Binary;
import io.jrootfs.builder.recipe.Recipe.PathRule;
import io.jrootfs.builder.rootfs.Amendment;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.MetadataChange;
import io.jrootfs.builder.rootfs.MetadataChange.Owner;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.sysroot.Resolution;
import io.jrootfs.builder.sysroot.Sysroot;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.sysroot.SysrootTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** From a recipe to what it asks the pipeline for, with patterns matched against the root. */
final class RecipeContents {
  private final Recipe recipe;
  private final Sysroot sysroot;
  private final SysrootTrees trees;
  private final ProgramFinder finder;
  private final long date;

  private final ImmutableList.Builder<String> programs = ImmutableList.builder();
  private final ImmutableList.Builder<Program> found = ImmutableList.builder();
  private final ImmutableList.Builder<RootfsRequest.Copy> copies = ImmutableList.builder();
  private final ImmutableList.Builder<SysrootPath> files = ImmutableList.builder();
  private final ImmutableList.Builder<Additions.Entry> entries = ImmutableList.builder();
  private final ImmutableList.Builder<Amendment> amendments = ImmutableList.builder();

  private RecipeContents(Recipe recipe, Sysroot sysroot, ProgramFinder finder, long date) {
    this.recipe = recipe;
    this.sysroot = sysroot;
    this.trees = new SysrootTrees(sysroot);
    this.finder = finder;
    this.date = date;
  }

  /**
   * The contents of a recipe as parts of a {@link RootfsRequest}.
   *
   * @param programs names and paths, the first of which is the default command
   */
  record Parts(
      ImmutableList<String> programs,
      ImmutableList<RootfsRequest.Copy> copies,
      Additions additions) {}

  /**
   * What {@code recipe} asks for.
   *
   * @param finder finds programs in {@code sysroot}; in directories that do not depend on who
   *     builds
   * @param date of what is made: seconds since the epoch
   * @throws UnbuildableRecipeException if nothing matches a pattern, or it wants what cannot be
   *     done
   * @throws ClosureException if a program is not there
   * @throws IOException if the sysroot or a file beside the recipe cannot be read
   */
  static Parts of(Recipe recipe, Sysroot sysroot, ProgramFinder finder, long date)
      throws IOException, ClosureException, UnbuildableRecipeException {
    return new RecipeContents(recipe, sysroot, finder, date).parts();
  }

  private Parts parts() throws IOException, ClosureException, UnbuildableRecipeException {
    for (Binary binary : recipe.contents().binaries()) {
      binary(binary);
    }
    for (FileSource file : recipe.contents().files()) {
      file(file);
    }
    accounts();
    for (PathRule rule : recipe.paths()) {
      path(rule);
    }
    return new Parts(
        programs.build(),
        copies.build(),
        new Additions(
            found.build(),
            files.build(),
            entries.build(),
            recipe.accounts().isEmpty() ? Optional.empty() : Optional.of(recipe.accounts().lines()),
            amendments.build()));
  }

  private void binary(Binary binary)
      throws IOException, ClosureException, UnbuildableRecipeException {
    if (binary.isPattern()) {
      for (SysrootPath path : matching(binary.name(), "contents.binaries")) {
        found.add(new Program(path.value(), path, binary.opens()));
      }
      return;
    }
    Program program = finder.find(binary.name());
    programs.add(program.path().value());
    if (!binary.opens().isEmpty()) {
      found.add(new Program(program.name(), program.path(), binary.opens()));
    }
  }

  private ImmutableList<SysrootPath> matching(String pattern, String where)
      throws IOException, UnbuildableRecipeException {
    ImmutableList<SysrootPath> matching = trees.matching(pattern);
    if (matching.isEmpty()) {
      throw new UnbuildableRecipeException(
          recipe.file()
              + ": "
              + where
              + ": nothing in "
              + sysroot.directory()
              + " matches "
              + pattern
              + "; install what has it");
    }
    return matching;
  }

  private void file(FileSource file)
      throws IOException, ClosureException, UnbuildableRecipeException {
    FileSource.Content content = file.content();
    if (content instanceof FileSource.Text text) {
      RootfsPath to = file.to().orElseThrow();
      Owner owner = owner(file.owner()).orElse(Owner.ROOT);
      entries.add(
          new Additions.Entry(
              new RootfsEntry.RegularFile(
                  to,
                  made(file.mode().orElse(0644)).withOwner(owner.uid(), owner.gid()),
                  new FileContent.Literal(Bytes.ofUtf8(text.text()))),
              file.place()));
    } else if (content instanceof FileSource.FromRecipe source) {
      RootfsPath to = file.to().orElseThrow();
      // Who has checked the recipe out, when, and with which umask must not matter.
      Optional<Owner> owner = owner(file.owner()).or(() -> Optional.of(Owner.ROOT));
      copies.add(
          new RootfsRequest.Copy(
              source.path(),
              to,
              new MetadataChange(Optional.empty(), true, owner, Optional.empty())));
      amend(to, ofMode(file.mode()), file);
      if (file.closure()) {
        found.addAll(TreeNeeds.of(source.path()));
      }
    } else {
      fromRoot(file, ((FileSource.FromRoot) content).pattern());
    }
  }

  private void fromRoot(FileSource file, String pattern)
      throws IOException, UnbuildableRecipeException {
    ImmutableList<SysrootPath> matching = matching(pattern, "contents.files");
    if (file.to().isPresent() && matching.size() > 1) {
      throw new UnbuildableRecipeException(
          file.place()
              + ": "
              + pattern
              + " matches "
              + matching.size()
              + " files, which cannot all"
              + " become "
              + file.to().get()
              + "; leave out 'to'");
    }
    MetadataChange owned =
        new MetadataChange(Optional.empty(), false, owner(file.owner()), Optional.empty());
    for (SysrootPath match : matching) {
      if (file.to().isPresent()) {
        Path source = sysroot.file(trees.find(match).map(Resolution::path).orElseThrow());
        copies.add(new RootfsRequest.Copy(source, file.to().get(), owned));
      } else {
        for (SysrootPath below : trees.trees(ImmutableList.of(match.value()))) {
          files.add(below);
          amend(RootfsPath.of(below), owned, file);
        }
      }
      amend(file.to().orElse(RootfsPath.of(match)), ofMode(file.mode()), file);
    }
  }

  private void amend(RootfsPath path, MetadataChange change, FileSource file) {
    if (!change.isEmpty()) {
      amendments.add(new Amendment(path, change, file.place()));
    }
  }

  private static MetadataChange ofMode(Optional<Integer> mode) {
    return new MetadataChange(mode, false, Optional.empty(), Optional.empty());
  }

  private void accounts() {
    for (Accounts.User user : recipe.accounts().users()) {
      if (!user.home().equals("/nonexistent")) {
        entries.add(
            new Additions.Entry(
                new RootfsEntry.Directory(
                    RootfsPath.of(user.home()), made(0755).withOwner(user.uid(), user.gid())),
                "the home of " + user.name()));
      }
    }
  }

  private void path(PathRule rule) {
    if (rule.type().isPresent()) {
      entries.add(new Additions.Entry(entry(rule), rule.place()));
    }
    MetadataChange change =
        new MetadataChange(
            rule.mode(),
            false,
            owner(rule.owner()),
            rule.capabilities().map(FileCapabilities::attribute));
    if (rule.type().isEmpty() || !change.isEmpty()) {
      amendments.add(new Amendment(rule.path(), change, rule.place()));
    }
  }

  private RootfsEntry entry(PathRule rule) {
    return switch (rule.type().orElseThrow()) {
      case DIRECTORY -> new RootfsEntry.Directory(rule.path(), made(0755));
      case SYMLINK -> new RootfsEntry.Symlink(rule.path(), made(0777), rule.target().orElseThrow());
      case FILE ->
          new RootfsEntry.RegularFile(
              rule.path(), made(0644), new FileContent.Literal(Bytes.ofUtf8("")));
    };
  }

  private Metadata made(int mode) {
    return new Metadata(mode, 0, 0, date, ImmutableSortedMap.of());
  }

  /** The reader has made sure that the name means somebody. */
  private Optional<Owner> owner(Optional<String> name) {
    return name.flatMap(recipe.accounts()::owner);
  }
}
