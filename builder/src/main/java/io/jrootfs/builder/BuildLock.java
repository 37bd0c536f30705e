package io.jrootfs.builder;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeLock;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.rootfs.RootfsEntry;
import io.jrootfs.builder.tar.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a recipe builds at this moment, as a lock. */
public final class BuildLock {
  private BuildLock() {}

  /**
   * Reads every file once.
   *
   * @param explained the recipe as {@code jbuild explain} prints it
   * @throws IOException if a file cannot be read
   */
  public static RecipeLock of(
      String explained, RootfsRequest request, Closure closure, Rootfs rootfs) throws IOException {
    // Places in comments say where the recipe is, not what it is.
    String recipe = explained.replaceAll("(?m)  # [^\"\n]*$", "");
    return new RecipeLock(
        ImmutableSortedMap.<String, String>naturalOrder()
            .put("recipe version", String.valueOf(Recipe.VERSION))
            .put("recipe", text(Hashing.sha256().hashString(recipe, StandardCharsets.UTF_8)))
            .put("platform", ImageDefaults.of(closure).config().platform().toString())
            .put("date", String.valueOf(request.sourceDateEpoch()))
            .put("compressor", request.output().compression().settings())
            .put("tree", tree(rootfs, request.sourceDateEpoch()))
            .buildOrThrow(),
        files(rootfs));
  }

  /** What would be the layer's diff ID. */
  private static String tree(Rootfs rootfs, long date) throws IOException {
    HashingOutputStream hash =
        new HashingOutputStream(Hashing.sha256(), OutputStream.nullOutputStream());
    try (OutputStream tar = new BufferedOutputStream(hash, 128 << 10)) {
      new TarWriter(date).write(rootfs, tar);
    }
    return text(hash.hash());
  }

  private static ImmutableSortedMap<String, String> files(Rootfs rootfs) throws IOException {
    ImmutableSortedMap.Builder<String, String> files = ImmutableSortedMap.naturalOrder();
    for (RootfsEntry entry : rootfs.all()) {
      if (entry instanceof RootfsEntry.RegularFile file) {
        files.put(file.path().value(), digest(file.content()));
      } else if (entry instanceof RootfsEntry.Symlink link) {
        files.put(link.path().value(), "-> " + link.target());
      } else if (entry instanceof RootfsEntry.HardLink link) {
        files.put(link.path().value(), "the same file as " + link.target());
      }
    }
    return files.buildOrThrow();
  }

  private static String digest(FileContent content) throws IOException {
    HashingOutputStream hash =
        new HashingOutputStream(Hashing.sha256(), OutputStream.nullOutputStream());
    try (InputStream in = content.open()) {
      in.transferTo(hash);
    }
    return text(hash.hash());
  }

  private static String text(HashCode sha256) {
    return "sha256:" + sha256;
  }
}
