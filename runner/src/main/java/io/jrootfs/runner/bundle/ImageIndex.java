package io.jrootfs.runner.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageSelection;
import io.jrootfs.builder.image.LayerBlob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What image files were found to hold, by the files' identities: who runs the same image again need
 * not read it again, which for the tar of a root filesystem or a compressed archive means all of
 * it.
 *
 * <p>An entry that cannot be read as exactly what we write is as good as none.
 */
final class ImageIndex {
  /** In bytes; image configurations are a few KiB. */
  private static final long MAX_SIZE = 16 << 20;

  private final Path directory;
  private final ImageSelection wanted;

  /**
   * @param wanted what is chosen where a file holds several images; that differs even without an
   *     option, for machines can share a cache, as they share home directories
   */
  ImageIndex(Path directory, ImageSelection wanted) {
    this.directory = directory;
    this.wanted = wanted;
  }

  /**
   * What is remembered of an image.
   *
   * @param config how to run it
   * @param diffIds of its layers, lowest first
   */
  record Known(ImageConfig config, ImmutableList<Digest> diffIds) {
    static Known of(Image image) {
      return new Known(
          image.config(),
          image.layers().stream().map(LayerBlob::diffId).collect(ImmutableList.toImmutableList()));
    }
  }

  /**
   * What the file of that identity holds, if it was read before. Who now demands another machine
   * than it was read for has to be told so by reading it again.
   */
  Optional<Known> find(FileIdentity identity) throws IOException {
    return read(entry(identity)).filter(known -> wanted.accepts(known.config().platform()));
  }

  private static Optional<Known> read(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_SIZE) {
        return Optional.empty();
      }
      return Optional.of(ImageIndexEntry.decode(Files.readAllBytes(file)));
    } catch (NoSuchFileException | JsonProcessingException | IllegalArgumentException e) {
      // Absent, damaged or from another version: the image is read again and the entry replaced.
      return Optional.empty();
    }
  }

  /** Remembers what a file holds. */
  void store(FileIdentity identity, Known known) throws IOException {
    try (StagingArea staging = StagingArea.create(directory)) {
      Path staged = staging.directory().resolve("entry");
      Files.write(staged, ImageIndexEntry.encode(known));
      Files.move(staged, entry(identity), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Forgets the entries that are not worth keeping, or cannot be read.
   *
   * @param wanted whether one is
   */
  void retain(Predicate<Known> wanted) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.json")) {
      for (Path entry : entries) {
        if (read(entry).filter(wanted).isEmpty()) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  private static String sha256(String text) {
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }

  private Path entry(FileIdentity identity) {
    String reference = wanted.reference().map(name -> "-" + sha256(name)).orElse("");
    String platform = wanted.platform().toString().replace('/', '-');
    return directory.resolve(platform + "-" + identity.fileName() + reference + ".json");
  }
}
