package io.jrootfs.runner.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableListMultimap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The limits that a container has, as words by option: those of its start, then of updates. */
public final class LimitRecord {
  static final String FILE = "limits.json";

  private final Path directory;

  /**
   * @param directory the container's record
   */
  public LimitRecord(Path directory) {
    this.directory = directory;
  }

  /** What was asked for; nothing if nothing was ever asked for. */
  public ImmutableListMultimap<String, String> read() throws IOException {
    try {
      return RecordContent.ofBytes(directory.resolve(FILE), LimitRecord::words);
    } catch (NoSuchFileException e) {
      return ImmutableListMultimap.of();
    }
  }

  private static ImmutableListMultimap<String, String> words(byte[] bytes) throws IOException {
    ImmutableListMultimap.Builder<String, String> words = ImmutableListMultimap.builder();
    JsonFields fields = JsonFields.parse(bytes);
    for (String option : fields.lists()) {
      words.putAll(option, fields.list(option));
    }
    return words.build();
  }

  /**
   * Readies other words for the place of those that are there, so that a full disk is found before
   * anything else is done.
   */
  public Replacement replacement(ImmutableListMultimap<String, String> words) throws IOException {
    Replacement replacement = new Replacement();
    try {
      Files.write(replacement.unfinished, bytes(words));
    } catch (IOException e) {
      Files.deleteIfExists(replacement.unfinished);
      throw e;
    }
    return replacement;
  }

  /** Words that are about to be the record's. */
  public final class Replacement implements AutoCloseable {
    private final Path unfinished = directory.resolve(FILE + ".new");

    private Replacement() {}

    /** Has them seen by everybody, at once. */
    public void commit() throws IOException {
      Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(unfinished);
    }
  }

  static byte[] bytes(ImmutableListMultimap<String, String> words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      for (String option : words.keySet()) {
        json.writeArrayFieldStart(option);
        for (String word : words.get(option)) {
          json.writeString(word);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
