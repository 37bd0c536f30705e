package io.jrootfs.runner.bundle;

import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What stays the same as long as a file's content does (stat(2)). The inode's change time cannot be
 * set back, so an edit shows even if size and modification time are made to agree.
 *
 * @param device {@code st_dev}
 * @param inode {@code st_ino}
 * @param size in bytes
 * @param modified {@code st_mtim}
 * @param changed {@code st_ctim}
 */
public record FileIdentity(
    long device, long inode, long size, FileTime modified, FileTime changed) {
  /** Time stamps are taken from a clock that ticks every few ms; this is far more. */
  private static final Duration TICK = Duration.ofSeconds(2);

  /**
   * The identity of the file a path leads to.
   *
   * @throws IOException if there is none
   */
  public static FileIdentity of(Path file) throws IOException {
    Map<String, Object> status =
        Files.readAttributes(file, "unix:dev,ino,size,lastModifiedTime,ctime");
    return new FileIdentity(
        (Long) attribute(status, "dev"),
        (Long) attribute(status, "ino"),
        (Long) attribute(status, "size"),
        (FileTime) attribute(status, "lastModifiedTime"),
        (FileTime) attribute(status, "ctime"));
  }

  private static Object attribute(Map<String, Object> status, String name) {
    return Objects.requireNonNull(status.get(name), name);
  }

  /**
   * Whether a change that came after this look would show: not if it could fall into the same tick
   * of the clock.
   */
  public boolean isSettled(Clock clock) {
    return changed.toInstant().plus(TICK).isBefore(clock.instant());
  }

  /** In the order of the components; times as seconds and nanoseconds. */
  public ImmutableLongArray numbers() {
    Instant modification = modified.toInstant();
    Instant change = changed.toInstant();
    return ImmutableLongArray.of(
        device,
        inode,
        size,
        modification.getEpochSecond(),
        modification.getNano(),
        change.getEpochSecond(),
        change.getNano());
  }

  /** What the launcher finds of it (layers.c). */
  public String status() {
    Instant change = changed.toInstant();
    return "%d %d %d %d.%09d"
        .formatted(device, inode, size, change.getEpochSecond(), change.getNano());
  }

  /** Whether both are one file, whatever became of its content. */
  public boolean isSameFile(FileIdentity other) {
    return device == other.device && inode == other.inode;
  }

  /** A file name that stands for this identity. */
  String fileName() {
    return Hashing.sha256()
        .hashString(
            device + " " + inode + " " + size + " " + modified + " " + changed,
            StandardCharsets.UTF_8)
        .toString();
  }
}
