package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What images were unpacked into a cache, or have an index of their layers there. The launcher of
 * each container locks the file {@code held} of its image ({@code src/main/c/hold.c}), so that none
 * is removed that somebody uses, whoever it is and wherever his containers' records are; the kernel
 * drops the lock with the launcher.
 */
public final class UnpackedImages {
  private final Path directory;
  private final Clock clock;

  UnpackedImages(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * An image that was made ready.
   *
   * @param key 64 hexadecimal digits that stand for its content
   * @param image the path of the file that it is of; empty if that is not known
   * @param isIndex whether there are layers and an index of them; otherwise it was unpacked
   * @param size bytes of its files; empty if not all of them can be looked at
   * @param lastUsed when a container was last made of it, to the hour; {@link UseTimes} has more
   * @param isHeld whether a container runs from it
   */
  public record Unpacked(
      String key,
      String image,
      boolean isIndex,
      OptionalLong size,
      Instant lastUsed,
      boolean isHeld) {
    /** The beginning of the key. */
    public String shortKey() {
      return key.substring(0, 12);
    }
  }

  /**
   * All of them, those first that were used last.
   *
   * @throws IOException if the cache cannot be read
   */
  public ImmutableList<Unpacked> list() throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return ImmutableList.of();
    }
    List<Unpacked> found = new ArrayList<>();
    try (DirectoryStream<Path> bundles = Files.newDirectoryStream(directory, "?".repeat(64))) {
      for (Path bundle : bundles) {
        look(bundle).ifPresent(found::add);
      }
    }
    found.sort(
        Comparator.comparing(Unpacked::lastUsed, UseTimes.longestAgoFirst(clock.instant()))
            .reversed()
            .thenComparing(Unpacked::key));
    return ImmutableList.copyOf(found);
  }

  private static Optional<Unpacked> look(Path bundle) throws IOException {
    try {
      return Optional.of(looked(bundle));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // somebody else has just removed it
    }
  }

  private static Unpacked looked(Path bundle) throws IOException {
    Path held = bundle.resolve(CacheLayout.HELD);
    boolean known = Files.exists(held, LinkOption.NOFOLLOW_LINKS);
    boolean isIndex = Files.exists(bundle.resolve(IndexedLayers.INDEX), LinkOption.NOFOLLOW_LINKS);
    return new Unpacked(
        bundle.getFileName().toString(),
        known ? text(bundle.resolve(CacheLayout.IMAGE)) : "",
        isIndex,
        size(isIndex ? bundle : bundle.resolve(CacheLayout.ROOT)),
        Files.getLastModifiedTime(known ? held : bundle, LinkOption.NOFOLLOW_LINKS).toInstant(),
        known && isHeld(held));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static boolean isHeld(Path held) throws IOException {
    try (FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    }
  }

  private static OptionalLong size(Path root) throws IOException {
    Sizes sizes = new Sizes();
    Files.walkFileTree(root, sizes);
    return sizes.isWhole ? OptionalLong.of(sizes.bytes) : OptionalLong.empty();
  }

  /** Sums up the files of a tree, each once however many names it has. */
  private static final class Sizes extends SimpleFileVisitor<Path> {
    private final Set<Object> counted = new HashSet<>();
    private long bytes;
    private boolean isWhole = true;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        Map<String, Object> links =
            Files.readAttributes(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        if (Integer.valueOf(1).equals(links.get("nlink")) || counted.add(attributes.fileKey())) {
          bytes += attributes.size();
        }
      }
      return FileVisitResult.CONTINUE;
    }

    /** Below a directory that was made under another id mapping, for one. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      isWhole = false;
      return FileVisitResult.CONTINUE;
    }
  }

  /**
   * Removes an image, unless a container runs from it or somebody else has removed it. A container
   * that is about to start either has it or is told that it is gone.
   *
   * @return whether it was removed
   * @throws IOException if it cannot be removed; what is left of it is no image any more
   */
  public boolean remove(Unpacked image) throws IOException {
    Path bundle = directory.resolve(image.key());
    Path held = bundle.resolve(CacheLayout.HELD);
    try (StagingArea staging = StagingArea.create(directory)) {
      Path away = staging.directory().resolve("removed");
      if (!Files.exists(held, LinkOption.NOFOLLOW_LINKS)) {
        return isMoved(bundle, away); // from before there were containers that held it
      }
      try (FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        return lock != null && isMoved(bundle, away);
      } catch (NoSuchFileException e) {
        return false;
      }
    }
  }

  private static boolean isMoved(Path bundle, Path away) throws IOException {
    try {
      Files.move(bundle, away, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Has those whose times have not come yet be used now: from then on they get older.
   *
   * @throws IOException if that cannot be written
   */
  public void correctTimes() throws IOException {
    Instant now = clock.instant();
    for (Unpacked image : list()) {
      if (UseTimes.isAhead(image.lastUsed(), now)) {
        correctTime(directory.resolve(image.key()), FileTime.from(now));
      }
    }
  }

  private static void correctTime(Path bundle, FileTime now) throws IOException {
    Path held = bundle.resolve(CacheLayout.HELD);
    Path timed = Files.exists(held, LinkOption.NOFOLLOW_LINKS) ? held : bundle;
    try {
      Files.getFileAttributeView(timed, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(now, null, null);
    } catch (NoSuchFileException e) {
      return; // somebody else has just removed it
    }
  }
}
