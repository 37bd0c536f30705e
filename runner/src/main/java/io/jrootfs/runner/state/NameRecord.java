package io.jrootfs.runner.state;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

/**
 * How a container with a network of its own finds names, for those that join it: hosts(5) and
 * resolv.conf(5), as they were when it started.
 */
public final class NameRecord {
  /** Where they are in a container, and in its record. */
  private static final ImmutableMap<String, String> FILES =
      ImmutableMap.of("/etc/hosts", "hosts", "/etc/resolv.conf", "resolv.conf");

  private NameRecord() {}

  /** Those of a container, by its directory: paths of files by where they belong in another. */
  public static ImmutableSortedMap<String, String> read(Path directory) {
    ImmutableSortedMap.Builder<String, String> files = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<String, String> known : FILES.entrySet()) {
      Path file = directory.resolve(known.getValue());
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        files.put(known.getKey(), file.toString());
      }
    }
    return files.buildOrThrow();
  }

  /**
   * Has the record of a container that joins another's network have the same files, as they are
   * written anew where containers come and go.
   *
   * @param files as of {@link #read}, below the same directory of records
   */
  public static void share(Path directory, ImmutableSortedMap<String, String> files)
      throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      String name = Objects.requireNonNull(FILES.get(file.getKey()));
      Files.createLink(directory.resolve(name), Path.of(file.getValue()));
    }
  }

  /** Whoever the processes are that will see it, and whatever umask it was written under. */
  static void makeReadable(Path directory) throws IOException {
    for (String name : FILES.values()) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }

  /** The same by their names in the record, of what is in the container's own. */
  static ImmutableMap<String, String> described(ImmutableMap<String, String> texts) {
    ImmutableMap.Builder<String, String> files = ImmutableMap.builder();
    for (Map.Entry<String, String> known : FILES.entrySet()) {
      String text = texts.get(known.getKey());
      if (text != null) {
        files.put(known.getValue(), text);
      }
    }
    return files.buildOrThrow();
  }

  static void remove(Path directory) throws IOException {
    for (String file : FILES.values()) {
      Files.deleteIfExists(directory.resolve(file));
    }
  }
}
