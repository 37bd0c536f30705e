package io.jrootfs.runner.bundle;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.image.Image;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.LayerBlob;
import io.jrootfs.builder.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What image files were found to hold, by the files' identities: who runs the same image again need
 * not read it again, which for the tar of a root filesystem or a compressed archive means all of
 * it.
 *
 * <p>An entry that cannot be read as exactly what we write is as good as none.
 */
final class ImageIndex {
  /** Raised whenever what is stored changes its meaning. */
  private static final int FORMAT = 1;

  /** In bytes; image configurations are a few KiB. */
  private static final long MAX_SIZE = 16 << 20;

  private final Path directory;

  ImageIndex(Path directory) {
    this.directory = directory;
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

  /** What the file of that identity holds, if it was read before. */
  Optional<Known> find(FileIdentity identity) throws IOException {
    Path file = directory.resolve(identity.fileName() + ".json");
    try {
      if (Files.size(file) > MAX_SIZE) {
        return Optional.empty();
      }
      Entry entry = Json.MAPPER.readValue(Files.readAllBytes(file), Entry.class);
      // Only the document "null" is no entry and no failure either.
      return Optional.ofNullable(entry).map(Entry::known);
    } catch (NoSuchFileException | JsonProcessingException | IllegalArgumentException e) {
      // Absent, damaged or from another version: the image is read again and the entry replaced.
      return Optional.empty();
    }
  }

  /** Remembers what a file holds. */
  void store(FileIdentity identity, Known known) throws IOException {
    try (StagingArea staging = StagingArea.create(directory)) {
      Path entry = staging.directory().resolve("entry");
      Files.write(entry, Json.MAPPER.writeValueAsBytes(Entry.of(known)));
      Files.move(
          entry, directory.resolve(identity.fileName() + ".json"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Loaded when first needed: running a directory needs no JSON. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .build();
  }

  /** The JSON form; its collections are the JDK's, which Jackson knows. */
  private record Entry(
      int format,
      List<String> diffIds,
      String os,
      String architecture,
      String variant,
      String user,
      List<String> exposedPorts,
      List<String> env,
      List<String> entrypoint,
      List<String> cmd,
      List<String> volumes,
      String workingDir,
      Map<String, String> labels,
      String stopSignal) {

    static Entry of(Known known) {
      ImageConfig config = known.config();
      return new Entry(
          FORMAT,
          known.diffIds().stream().map(Digest::toString).toList(),
          config.platform().os(),
          config.platform().architecture(),
          config.platform().variant(),
          config.user(),
          config.exposedPorts().asList(),
          config.env(),
          config.entrypoint(),
          config.cmd(),
          config.volumes().asList(),
          config.workingDir(),
          config.labels(),
          config.stopSignal());
    }

    Known known() {
      if (format != FORMAT) {
        throw new IllegalArgumentException("index format " + format);
      }
      return new Known(
          new ImageConfig(
              new Platform(os, architecture, variant),
              user,
              ImmutableSortedSet.copyOf(exposedPorts),
              ImmutableList.copyOf(env),
              ImmutableList.copyOf(entrypoint),
              ImmutableList.copyOf(cmd),
              ImmutableSortedSet.copyOf(volumes),
              workingDir,
              ImmutableSortedMap.copyOf(labels),
              stopSignal),
          diffIds.stream().map(Digest::parse).collect(ImmutableList.toImmutableList()));
    }
  }
}
