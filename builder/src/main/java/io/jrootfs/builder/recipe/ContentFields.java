package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.feature.FeatureRequest;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.recipe.Recipe.Binary;
import io.jrootfs.builder.recipe.Recipe.Contents;
import io.jrootfs.builder.recipe.Recipe.DebianSystem;
import io.jrootfs.builder.recipe.Recipe.FromImage;
import io.jrootfs.builder.sysroot.SysrootPath;
import io.jrootfs.builder.sysroot.SysrootTrees;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code contents}. */
final class ContentFields {
  private static final ImmutableList<String> TOOLS =
      ImmutableList.of("auto", "debootstrap", "mmdebstrap");

  private static final ImmutableList<String> TRIMMINGS =
      ImmutableList.of("docs", "locales", "apt-lists", "logs", "machine-id");

  private final Path directory;
  private final Accounts accounts;

  ContentFields(Path directory, Accounts accounts) {
    this.directory = directory;
    this.accounts = accounts;
  }

  Contents read(Optional<RecipeNode> node) throws RecipeException {
    if (node.isEmpty()) {
      return new Contents(
          Optional.empty(),
          ImmutableList.of(),
          ImmutableList.of(),
          ImmutableList.of(),
          Optional.empty(),
          Optional.empty(),
          /* packageMetadata= */ Optional.empty());
    }
    Fields contents =
        Fields.of(
            node.get(),
            "contents",
            ImmutableList.of(
                "root", "binaries", "features", "files", "debian", "from", "package-metadata"));
    if (contents.has("debian") && contents.has("from")) {
      throw contents.problem(
          "an image starts from 'debian' or 'from' another image, not from both");
    }
    ImmutableList.Builder<Binary> binaries = ImmutableList.builder();
    for (RecipeNode binary : contents.list("binaries")) {
      binaries.add(binary(binary));
    }
    ImmutableList.Builder<FeatureRequest> features = ImmutableList.builder();
    for (RecipeNode feature : contents.list("features")) {
      features.add(feature(feature));
    }
    ImmutableList.Builder<FileSource> files = ImmutableList.builder();
    for (RecipeNode file : contents.list("files")) {
      files.add(file(file));
    }
    return new Contents(
        place(contents, "root"),
        binaries.build(),
        features.build(),
        files.build(),
        debian(contents),
        from(contents),
        contents.has("package-metadata")
            ? Optional.of(contents.flag("package-metadata"))
            : Optional.empty());
  }

  /** An absolute path, or one beside the recipe. */
  private Optional<Path> place(Fields fields, String key) throws RecipeException {
    Optional<String> path = fields.text(key);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        path.get().startsWith("/")
            ? Path.of(path.get())
            : directory.resolve(RelativePaths.check(fields.require(key), "'" + key + "'")));
  }

  private static Binary binary(RecipeNode node) throws RecipeException {
    if (node instanceof RecipeNode.Scalar) {
      return new Binary(program(node), ImmutableList.of());
    }
    Fields binary = Fields.of(node, "a binary", ImmutableList.of("path", "dlopen"));
    return new Binary(program(binary.require("path")), binary.texts("dlopen"));
  }

  private static String program(RecipeNode node) throws RecipeException {
    String name = Fields.text(node, "a binary");
    if (name.contains("/") && !name.startsWith("/")) {
      throw new RecipeException(
          node.mark(),
          "a binary is a name or an absolute path; a program beside the recipe is one of 'files',"
              + " with 'closure: true'");
    }
    return name.startsWith("/") ? pattern(node, name) : name;
  }

  /** An absolute path of the root, which may stand for several. */
  private static String pattern(RecipeNode node, String path) throws RecipeException {
    try {
      SysrootTrees.checkPattern(path);
      if (SysrootPath.of(path).components().contains("..")) {
        throw new RecipeException(node.mark(), "a path of the root has no '..': " + path);
      }
    } catch (IllegalArgumentException e) {
      throw new RecipeException(node.mark(), "is no path of the root: " + e.getMessage());
    }
    return path;
  }

  private static FeatureRequest feature(RecipeNode node) throws RecipeException {
    try {
      return FeatureRequest.parse(Fields.text(node, "a feature"));
    } catch (FeatureRequest.InvalidException e) {
      throw new RecipeException(node.mark(), String.valueOf(e.getMessage()));
    }
  }

  private FileSource file(RecipeNode node) throws RecipeException {
    Fields file =
        Fields.of(
            node, "a file", ImmutableList.of("from", "text", "to", "mode", "owner", "closure"));
    if (file.has("from") == file.has("text")) {
      throw file.problem("it needs either 'from' or 'text'");
    }
    FileSource.Content content = content(file);
    if (!file.has("to") && !(content instanceof FileSource.FromRoot)) {
      throw file.problem("'to' is missing, its place in the image");
    }
    boolean closure = file.flag("closure");
    if (closure && !(content instanceof FileSource.FromRecipe)) {
      throw file.problem(
          "'closure' is for files beside the recipe; programs of the root are 'binaries'");
    }
    return new FileSource(
        content,
        file.path("to"),
        file.mode("mode"),
        owner(file, accounts),
        closure,
        file.mark().toString());
  }

  private FileSource.Content content(Fields file) throws RecipeException {
    Optional<RecipeNode> text = file.find("text");
    if (text.isPresent()) {
      // Unlike other texts, it may be empty.
      if (text.get() instanceof RecipeNode.Scalar scalar) {
        return new FileSource.Text(scalar.text());
      }
      throw Fields.wrongType(text.get(), "'text' of a file", "a text");
    }
    RecipeNode from = file.require("from");
    String path = Fields.text(from, "'from' of a file");
    if (path.startsWith("/")) {
      return new FileSource.FromRoot(pattern(from, path));
    }
    return new FileSource.FromRecipe(directory.resolve(RelativePaths.check(from, "'from'")));
  }

  static Optional<String> owner(Fields fields, Accounts accounts) throws RecipeException {
    Optional<String> owner = fields.text("owner");
    if (owner.isPresent() && accounts.owner(owner.get()).isEmpty()) {
      throw new RecipeException(
          fields.require("owner").mark(),
          "owner '" + owner.get() + "' is neither root, nor one of 'accounts', nor UID:GID");
    }
    return owner;
  }

  private Optional<DebianSystem> debian(Fields contents) throws RecipeException {
    Optional<RecipeNode> node = contents.find("debian");
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Fields debian =
        Fields.of(
            node.get(),
            "debian",
            ImmutableList.of(
                "suite", "mirror", "components", "keyring", "variant", "packages", "tool", "trim"));
    return Optional.of(
        new DebianSystem(
            debian.requiredText("suite"),
            debian.text("mirror"),
            debian.texts("components"),
            place(debian, "keyring"),
            debian.text("variant").orElse("minbase"),
            debian.texts("packages"),
            oneOf(debian, "tool", TOOLS).orElse("auto"),
            eachOneOf(debian, "trim", TRIMMINGS)));
  }

  /** What begins with a dot or a slash is a file; whether one is there must not decide. */
  private Optional<FromImage> from(Fields contents) throws RecipeException {
    Optional<String> name = contents.text("from");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (name.get().startsWith("/") || name.get().startsWith("./")) {
      return Optional.of(new FromImage(name.get(), place(contents, "from")));
    }
    try {
      ImageReference.parse(name.get().replaceFirst("@sha256:[0-9a-f]{64}$", ""));
    } catch (ImageReference.InvalidException e) {
      throw new RecipeException(
          contents.require("from").mark(), e.getMessage() + "; a file begins with './' or '/'");
    }
    return Optional.of(new FromImage(name.get(), Optional.empty()));
  }

  private static Optional<String> oneOf(Fields fields, String key, ImmutableList<String> words)
      throws RecipeException {
    Optional<String> word = fields.text(key);
    if (word.isPresent() && !words.contains(word.get())) {
      throw Fields.wrongType(
          fields.require(key), "'" + key + "'", "one of " + String.join(", ", words));
    }
    return word;
  }

  private static ImmutableList<String> eachOneOf(
      Fields fields, String key, ImmutableList<String> words) throws RecipeException {
    for (RecipeNode item : fields.list(key)) {
      if (!words.contains(Fields.text(item, "each of '" + key + "'"))) {
        throw Fields.wrongType(item, "each of '" + key + "'", "one of " + String.join(", ", words));
      }
    }
    return fields.texts(key);
  }
}
