package io.jrootfs.builder;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import io.jrootfs.builder.debian.BaseLock;
import io.jrootfs.builder.debian.BaseSystem;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.debian.LockedPackage;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.BaseImage;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.recipe.Recipe;
import io.jrootfs.builder.recipe.RecipeException;
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
import java.nio.file.Path;
import java.util.Optional;

/** What a recipe builds at this moment, as a lock. */
public final class BuildLock {
  private BuildLock() {}

  private static final String RECIPE = "recipe";
  private static final String BASE = "base";
  private static final String TOOL = "base tool";
  private static final String SOURCES = "base sources";
  private static final String IMAGE = "base image";

  /**
   * Reads every file once.
   *
   * @param explained the recipe as {@code jbuild explain} prints it
   * @param platform what the image is for
   * @param base what it is put upon, if anything; a system tells what it was made of
   * @throws IOException if a file cannot be read
   */
  public static RecipeLock of(
      String explained,
      RootfsRequest request,
      Platform platform,
      Optional<Base> base,
      Rootfs rootfs)
      throws IOException {
    ImmutableSortedMap.Builder<String, String> settings =
        ImmutableSortedMap.<String, String>naturalOrder()
            .put("recipe version", String.valueOf(Recipe.VERSION))
            .putAll(before(explained, request.base()))
            .put("platform", platform.toString())
            .put("date", String.valueOf(request.sourceDateEpoch()))
            .put("compressor", request.output().compression().settings())
            .put("tree", tree(rootfs, request.sourceDateEpoch()));
    ImmutableSortedMap.Builder<String, String> packages = ImmutableSortedMap.naturalOrder();
    if (base.isPresent() && base.get() instanceof BaseImage image) {
      settings.put(IMAGE, image.digest().toString());
    }
    Optional<BaseLock> madeOf =
        base.isPresent() && base.get() instanceof BaseSystem system
            ? system.lock()
            : Optional.empty();
    if (madeOf.isPresent()) {
      settings.put(TOOL, Ascii.toLowerCase(madeOf.get().tool().name()));
      settings.put(SOURCES, madeOf.get().sources());
      madeOf.get().packages().forEach(one -> packages.put(one.key(), one.value()));
    }
    return new RecipeLock(settings.buildOrThrow(), packages.buildOrThrow(), files(rootfs));
  }

  /**
   * The settings that are known before anything is built: the recipe's digest, and the base system
   * that is asked for, which the command line can change.
   */
  public static ImmutableSortedMap<String, String> before(
      String explained, Optional<BaseRequest> base) {
    // Places in comments say where the recipe is, not what it is.
    String recipe = explained.replaceAll("(?m)  # [^\"\n]*$", "");
    ImmutableSortedMap.Builder<String, String> settings =
        ImmutableSortedMap.<String, String>naturalOrder()
            .put(RECIPE, text(Hashing.sha256().hashString(recipe, StandardCharsets.UTF_8)));
    base.ifPresent(request -> settings.put(BASE, request.contents()));
    return settings.buildOrThrow();
  }

  /**
   * Which image a lock says its base is; empty if it is none.
   *
   * @param file of the lock, for messages
   * @throws RecipeException if it says what no lock of ours does
   */
  public static Optional<Digest> image(RecipeLock lock, Path file) throws RecipeException {
    String digest = lock.settings().getOrDefault(IMAGE, "");
    if (digest.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(digest));
    } catch (IllegalArgumentException e) {
      throw unknown(file, e);
    }
  }

  private static RecipeException unknown(Path file, IllegalArgumentException e) {
    return new RecipeException(
        file.toString(),
        "is no lock that this jbuild knows (" + e.getMessage() + "); 'jbuild lock' makes one");
  }

  /**
   * What a lock says of its base system; empty if it has none.
   *
   * @param file of the lock, for messages
   * @throws RecipeException if it says what no lock of ours does
   */
  public static Optional<BaseLock> base(RecipeLock lock, Path file) throws RecipeException {
    if (lock.packages().isEmpty()) {
      return Optional.empty();
    }
    try {
      ImmutableList.Builder<LockedPackage> packages = ImmutableList.builder();
      lock.packages().forEach((key, value) -> packages.add(LockedPackage.parse(key, value)));
      return Optional.of(
          new BaseLock(
              Tool.valueOf(Ascii.toUpperCase(lock.settings().getOrDefault(TOOL, "none"))),
              lock.settings().getOrDefault(SOURCES, ""),
              packages.build()));
    } catch (IllegalArgumentException e) {
      throw unknown(file, e);
    }
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
