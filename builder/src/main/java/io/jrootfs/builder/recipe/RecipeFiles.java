package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Reads a recipe and the parts it includes, and merges them. */
final class RecipeFiles {
  /** No person writes that much. */
  private static final int MAX_BYTES = 1 << 20;

  private final Path directory;

  /** Files on the way from the recipe to the part being read, for cycles. */
  private final Deque<Path> reading = new ArrayDeque<>();

  /** Each part counts once, however often it is included. */
  private final Set<Path> read = new LinkedHashSet<>();

  private RecipeFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * The recipe with its parts; variables are not replaced yet.
   *
   * @throws RecipeException if a file is malformed or includes what it must not
   * @throws IOException if a file cannot be read
   */
  static Mapping read(Path recipe) throws IOException, RecipeException {
    RecipeFiles files = new RecipeFiles(directoryOf(recipe));
    return files.file(recipe, recipe.toString(), "");
  }

  /** What relative paths in {@code recipe} start from. */
  static Path directoryOf(Path recipe) {
    Path parent = recipe.toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  /**
   * Reads one file.
   *
   * @param prefix its directory as the recipe would write it: empty, or ending in a slash
   */
  private Mapping file(Path file, String name, String prefix) throws IOException, RecipeException {
    Path identity = file.toRealPath();
    reading.addLast(identity);
    read.add(identity);
    Mapping own = withPrefix(prefix, RecipeYaml.parse(name, text(file, name)));
    Mapping merged = new Mapping(ImmutableList.of(), own.mark());
    Optional<RecipeNode> include = own.get("include");
    if (include.isPresent()) {
      if (!(include.get() instanceof Sequence parts)) {
        throw Fields.wrongType(include.get(), "'include'", "a list of files");
      }
      for (RecipeNode part : parts.items()) {
        Optional<Mapping> included = included(part, prefix);
        if (included.isPresent()) {
          merged = RecipeMerge.merge(merged, included.get());
        }
      }
    }
    reading.removeLast();
    return RecipeMerge.merge(merged, without("include", own));
  }

  private Optional<Mapping> included(RecipeNode part, String prefix)
      throws IOException, RecipeException {
    String relative = RelativePaths.check(part, "an included file");
    Path file = directory.resolve(prefix + relative);
    Path identity;
    try {
      identity = file.toRealPath();
    } catch (NoSuchFileException e) {
      throw new RecipeException(part.mark(), "there is no file " + shownName(prefix + relative));
    }
    if (reading.contains(identity)) {
      throw new RecipeException(
          part.mark(),
          "\'" + relative + "\' includes this file, itself or through others; that never ends");
    }
    if (read.contains(identity)) {
      return Optional.empty();
    }
    String name = prefix + relative;
    int slash = name.lastIndexOf('/');
    return Optional.of(file(file, shownName(name), slash < 0 ? "" : name.substring(0, slash + 1)));
  }

  private String shownName(String relative) {
    Path workingDirectory = Path.of("").toAbsolutePath();
    Path file = directory.resolve(relative);
    return (file.startsWith(workingDirectory) ? workingDirectory.relativize(file) : file)
        .toString();
  }

  private static Mapping without(String key, Mapping mapping) {
    return new Mapping(
        mapping.entries().stream()
            .filter(entry -> !entry.key().text().equals(key))
            .collect(ImmutableList.toImmutableList()),
        mapping.mark());
  }

  private static String text(Path file, String name) throws IOException, RecipeException {
    if (Files.isDirectory(file)) {
      throw new RecipeException(name, "is a directory; a recipe is a file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new RecipeException(name, "is larger than " + MAX_BYTES + " bytes; is it a recipe?");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RecipeException(name, "is not UTF-8 text; is it a recipe?");
    }
  }

  /** The same, with {@code contents.files[].from} as the recipe itself would write it. */
  private static Mapping withPrefix(String prefix, Mapping part) throws RecipeException {
    if (prefix.isEmpty()) {
      return part;
    }
    return replaced(
        part, "contents", contents -> replaced(contents, "files", files -> each(files, prefix)));
  }

  private static RecipeNode each(RecipeNode files, String prefix) throws RecipeException {
    if (!(files instanceof Sequence sequence)) {
      return files;
    }
    ImmutableList.Builder<RecipeNode> items = ImmutableList.builder();
    for (RecipeNode item : sequence.items()) {
      items.add(replaced(item, "from", from -> prefixed(from, prefix)));
    }
    return new Sequence(items.build(), sequence.mark());
  }

  /** A text that begins with a variable is the recipe's own business. */
  private static RecipeNode prefixed(RecipeNode from, String prefix) {
    return from instanceof Scalar scalar
            && !scalar.text().startsWith("/")
            && !scalar.text().startsWith("${")
        ? new Scalar(prefix + scalar.text(), scalar.mark())
        : from;
  }

  private interface Change {
    RecipeNode of(RecipeNode node) throws RecipeException;
  }

  /** What is no map has no such key, and is complained about later. */
  private static RecipeNode replaced(RecipeNode node, String key, Change change)
      throws RecipeException {
    return node instanceof Mapping mapping ? replaced(mapping, key, change) : node;
  }

  private static Mapping replaced(Mapping mapping, String key, Change change)
      throws RecipeException {
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    for (Entry entry : mapping.entries()) {
      entries.add(
          entry.key().text().equals(key)
              ? new Entry(entry.key(), change.of(entry.value()))
              : entry);
    }
    return new Mapping(entries.build(), mapping.mark());
  }
}
