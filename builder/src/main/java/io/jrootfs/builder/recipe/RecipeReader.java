package io.jrootfs.builder.recipe;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.image.Compression;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.recipe.Recipe.PathRule;
import io.jrootfs.builder.recipe.Recipe.PathType;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From a recipe file to a {@link Recipe}. */
public final class RecipeReader {
  private static final ImmutableList<String> KEYS =
      ImmutableList.of(
          "recipe",
          "name",
          "include",
          "platforms",
          "source-date-epoch",
          "vars",
          "contents",
          "paths",
          "accounts",
          "image",
          "layers",
          "output",
          "checks");

  private final Path file;
  private final Fields fields;
  private final Mapping merged;

  private RecipeReader(Path file, Mapping merged) throws RecipeException {
    this.file = file;
    this.merged = merged;
    this.fields = Fields.of(merged, "a recipe", KEYS);
  }

  /**
   * Reads a recipe.
   *
   * @param settings values of variables that win over the recipe's
   * @throws RecipeException if it cannot be meant
   * @throws IOException if a file cannot be read
   */
  public static Recipe read(Path file, Map<String, String> settings)
      throws IOException, RecipeException {
    return reader(file, settings).recipe();
  }

  /**
   * The recipe as one file: parts merged, variables replaced, everything checked. What it prints is
   * a recipe itself, which builds the same.
   *
   * @param settings values of variables that win over the recipe's
   * @throws RecipeException if it cannot be meant
   * @throws IOException if a file cannot be read
   */
  public static String explain(Path file, Map<String, String> settings)
      throws IOException, RecipeException {
    RecipeReader reader = reader(file, settings);
    reader.recipe();
    return RecipeText.of(inOrder(reader.merged), file.toString());
  }

  private static Mapping inOrder(Mapping recipe) {
    return new Mapping(
        ImmutableList.sortedCopyOf(
            Comparator.comparing(entry -> KEYS.indexOf(entry.key().text())), recipe.entries()),
        recipe.mark());
  }

  private static RecipeReader reader(Path file, Map<String, String> settings)
      throws IOException, RecipeException {
    Mapping merged = RecipeFiles.read(file);
    Variables variables = Variables.of(file.toString(), merged, settings);
    Mapping replaced = (Mapping) variables.applyTo(withoutVariables(merged));
    return new RecipeReader(file, replaced);
  }

  private static Mapping withoutVariables(Mapping merged) {
    return new Mapping(
        merged.entries().stream()
            .filter(entry -> !entry.key().text().equals("vars"))
            .collect(ImmutableList.toImmutableList()),
        merged.mark());
  }

  private Recipe recipe() throws RecipeException {
    checkVersion();
    Path directory = RecipeFiles.directoryOf(file);
    Accounts accounts = AccountFields.read(fields.find("accounts"));
    return new Recipe(
        file,
        directory,
        name(),
        platforms(),
        sourceDate(),
        new ContentFields(directory, accounts).read(fields.find("contents")),
        paths(accounts),
        accounts,
        ImageFields.read(fields.find("image"), accounts.runAs()),
        output(),
        CheckFields.read(fields));
  }

  private void checkVersion() throws RecipeException {
    RecipeNode version = fields.require("recipe");
    if (!Fields.text(version, "'recipe'").equals(String.valueOf(Recipe.VERSION))) {
      throw new RecipeException(
          version.mark(),
          "this jbuild knows recipes of version " + Recipe.VERSION + ", not " + version.kind());
    }
  }

  private Optional<ImageReference> name() throws RecipeException {
    Optional<String> name = fields.text("name");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ImageReference.parse(name.get()));
    } catch (ImageReference.InvalidException e) {
      throw new RecipeException(fields.require("name").mark(), String.valueOf(e.getMessage()));
    }
  }

  private ImmutableList<Platform> platforms() throws RecipeException {
    ImmutableList.Builder<Platform> platforms = ImmutableList.builder();
    for (RecipeNode node : fields.list("platforms")) {
      List<String> parts = Splitter.on('/').splitToList(Fields.text(node, "a platform"));
      if (parts.size() < 2 || parts.size() > 3 || !parts.get(0).equals("linux")) {
        throw new RecipeException(
            node.mark(), "a platform is like linux/amd64 or linux/arm/v7, not " + node.kind());
      }
      platforms.add(
          new Platform(parts.get(0), parts.get(1), parts.size() == 3 ? parts.get(2) : ""));
    }
    return platforms.build();
  }

  private Optional<SourceDate> sourceDate() throws RecipeException {
    Optional<String> text = fields.text("source-date-epoch");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (text.get()) {
          case "git" -> new SourceDate.OfCommit();
          case "env" -> new SourceDate.OfEnvironment();
          // The last second of a four-digit year: what ISO dates in configurations can say.
          default ->
              new SourceDate.Fixed(
                  fields.number("source-date-epoch", 0, 253402300799L).orElseThrow());
        });
  }

  private ImmutableList<PathRule> paths(Accounts accounts) throws RecipeException {
    ImmutableList.Builder<PathRule> rules = ImmutableList.builder();
    for (RecipeNode node : fields.list("paths")) {
      Fields rule =
          Fields.of(
              node,
              "a path",
              ImmutableList.of("path", "type", "target", "mode", "owner", "capabilities"));
      Optional<PathType> type = Words.of(rule, "type", PathType.values());
      boolean isLink = type.equals(Optional.of(PathType.SYMLINK));
      if (isLink != rule.has("target")) {
        throw rule.problem("'type: symlink' and 'target' go together");
      }
      rules.add(
          new PathRule(
              rule.requiredPath("path"),
              type,
              rule.text("target"),
              rule.mode("mode"),
              ContentFields.owner(rule, accounts),
              capabilities(rule),
              rule.mark().toString()));
    }
    return rules.build();
  }

  private static Optional<FileCapabilities> capabilities(Fields rule) throws RecipeException {
    Optional<String> text = rule.text("capabilities");
    try {
      return text.map(FileCapabilities::parse);
    } catch (IllegalArgumentException e) {
      throw new RecipeException(
          rule.require("capabilities").mark(), String.valueOf(e.getMessage()));
    }
  }

  private Optional<Integer> mostLayers() throws RecipeException {
    Optional<RecipeNode> node = fields.find("layers");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Fields layers = Fields.of(node.get(), "layers", ImmutableList.of("strategy", "budget"));
    String strategy = layers.requiredText("strategy");
    if (strategy.equals("origin")) {
      return layers
          .number("budget", 2, Recipe.MOST_LAYERS)
          .map(Math::toIntExact)
          .or(() -> Optional.of(Recipe.DEFAULT_LAYERS));
    }
    if (!strategy.equals("single")) {
      throw Fields.wrongType(layers.require("strategy"), "'strategy'", "single or origin");
    }
    if (layers.has("budget")) {
      throw new RecipeException(
          layers.require("budget").mark(), "there is nothing to budget with 'strategy: single'");
    }
    return Optional.of(1);
  }

  private Recipe.Output output() throws RecipeException {
    Optional<RecipeNode> node = fields.find("output");
    if (node.isEmpty()) {
      return new Recipe.Output(Optional.empty(), Optional.empty(), mostLayers());
    }
    Fields output = Fields.of(node.get(), "output", ImmutableList.of("format", "compression"));
    Optional<String> format = output.text("format");
    if (format.isPresent() && !format.get().matches("hybrid|oci|docker|rootfs|dir")) {
      throw Fields.wrongType(
          output.require("format"),
          "'format'",
          "one of those this jbuild writes, hybrid, oci, docker, rootfs or dir");
    }
    return new Recipe.Output(
        format, Words.of(output, "compression", Compression.values()), mostLayers());
  }
}
