package io.jrootfs.builder.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import io.jrootfs.builder.image.PendingFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that decides the bytes of a recipe's image. Two builds with equal locks give the same
 * image.
 *
 * @param settings what was built, by whose rules: the recipe's own digest, platform, date,
 *     compressor, and the digest of the whole tree
 * @param packages of a base system, by name and architecture; version and digest of each
 * @param files by path, {@code sha256:...} of a file, {@code -> TARGET} of a link
 */
public record RecipeLock(
    ImmutableSortedMap<String, String> settings,
    ImmutableSortedMap<String, String> packages,
    ImmutableSortedMap<String, String> files) {
  private static final String VERSION = "1";

  /** A line for each file of a large image; a hundred thousand of them. */
  private static final int MAX_BYTES = 16 << 20;

  /** Beyond these, only their number is told. */
  private static final int MAX_TOLD = 12;

  /** The setting that covers what files alone do not show: owners, modes, directories. */
  static final String TREE = "tree";

  /** The lock file that belongs to a recipe: {@code x.lock} beside {@code x.yaml}. */
  public static Path fileOf(Path recipe) {
    String name = String.valueOf(recipe.getFileName()).replaceFirst("\\.ya?ml$", "");
    return recipe.resolveSibling(name + ".lock");
  }

  /**
   * Writes the lock; the file appears complete or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder("# Written by 'jbuild lock'; not to be edited.\n");
    text.append("lock: ").append(VERSION).append('\n');
    settings.forEach((key, value) -> line(text, "", key, value));
    if (!packages.isEmpty()) {
      text.append("packages:\n");
      packages.forEach((name, value) -> line(text, "  ", name, value));
    }
    text.append(files.isEmpty() ? "files: {}\n" : "files:\n");
    files.forEach((path, value) -> line(text, "  ", path, value));
    try (PendingFile pending = PendingFile.replacing(file)) {
      pending.stream().write(text.toString().getBytes(StandardCharsets.UTF_8));
      pending.stream().close();
      pending.commit();
    }
  }

  private static void line(StringBuilder text, String indent, String key, String value) {
    text.append(indent).append(RecipeText.scalar(key)).append(": ");
    text.append(RecipeText.scalar(value)).append('\n');
  }

  /**
   * Reads a lock.
   *
   * @throws RecipeException if it is none, or there is none
   * @throws IOException if it cannot be read
   */
  public static RecipeLock read(Path file) throws IOException, RecipeException {
    String name = file.toString();
    if (Files.isDirectory(file)) {
      throw new RecipeException(name, "is a directory; a lock is a file");
    }
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new RecipeException(name, "there is no such lock; 'jbuild lock' makes it");
    }
    if (bytes.length > MAX_BYTES) {
      throw new RecipeException(name, "is larger than " + MAX_BYTES + " bytes; is it a lock?");
    }
    RecipeNode.Mapping top = RecipeYaml.parse(name, new String(bytes, StandardCharsets.UTF_8));
    Map<String, String> settings = new TreeMap<>();
    Map<String, String> packages = new TreeMap<>();
    Map<String, String> files = new TreeMap<>();
    for (RecipeNode.Entry entry : top.entries()) {
      String key = entry.key().text();
      if (key.equals("files")) {
        putAll(files, entry.value(), "'files'", "a locked file");
      } else if (key.equals("packages")) {
        putAll(packages, entry.value(), "'packages'", "a locked package");
      } else {
        settings.put(key, Fields.text(entry.value(), "'" + key + "'"));
      }
    }
    if (!VERSION.equals(settings.remove("lock"))) {
      throw new RecipeException(name, "is no lock that this jbuild knows; 'jbuild lock' makes one");
    }
    return new RecipeLock(
        ImmutableSortedMap.copyOf(settings),
        ImmutableSortedMap.copyOf(packages),
        ImmutableSortedMap.copyOf(files));
  }

  private static void putAll(
      Map<String, String> all, RecipeNode node, String what, String whatEachIs)
      throws RecipeException {
    for (RecipeNode.Entry entry : Fields.mapping(node, what).entries()) {
      all.put(entry.key().text(), Fields.text(entry.value(), whatEachIs));
    }
  }

  /**
   * Fails unless a build has what this lock says.
   *
   * @param file of this lock, for messages
   * @throws DriftException if something differs
   */
  public void check(RecipeLock build, Path file) throws DriftException {
    ImmutableList.Builder<String> drift = ImmutableList.builder();
    drift.addAll(drift(Sets.union(settings.keySet(), build.settings.keySet()), build.settings));
    compare("package ", packages, build.packages, drift);
    if (packages.equals(build.packages)) {
      // Other packages have other files, which would hide what has happened.
      compare("", files, build.files, drift);
    }
    ImmutableList<String> all = drift.build();
    if (all.isEmpty() && !settings.equals(build.settings)) {
      all = ImmutableList.of("owners, modes, dates or directories differ");
    }
    if (!all.isEmpty()) {
      throw new DriftException(file, all, MAX_TOLD);
    }
  }

  private static void compare(
      String kind,
      ImmutableSortedMap<String, String> before,
      ImmutableSortedMap<String, String> after,
      ImmutableList.Builder<String> drift) {
    for (String name : Sets.union(before.keySet(), after.keySet())) {
      String locked = before.get(name);
      String now = after.get(name);
      if (locked == null) {
        drift.add(kind + name + " is new");
      } else if (now == null) {
        drift.add(kind + name + " is gone");
      } else if (!locked.equals(now)) {
        drift.add(kind + name + " is " + now + ", not " + locked);
      }
    }
  }

  /**
   * Fails unless this was locked; for what is known before a build that takes long.
   *
   * @param known some of {@link #settings}
   * @param file of this lock, for messages
   * @throws DriftException if one differs
   */
  public void checkBefore(ImmutableSortedMap<String, String> known, Path file)
      throws DriftException {
    ImmutableList<String> drift = drift(known.keySet(), known);
    if (!drift.isEmpty()) {
      throw new DriftException(file, drift, MAX_TOLD);
    }
  }

  private ImmutableList<String> drift(Set<String> keys, Map<String, String> build) {
    ImmutableList.Builder<String> drift = ImmutableList.builder();
    for (String key : keys) {
      String locked = settings.getOrDefault(key, "nothing");
      String now = build.getOrDefault(key, "nothing");
      if (!locked.equals(now) && !key.equals(TREE)) {
        drift.add(
            now.startsWith("sha256:")
                ? "the " + key + " has changed"
                : "the " + key + " is " + now + ", not " + locked);
      }
    }
    return drift.build();
  }
}
