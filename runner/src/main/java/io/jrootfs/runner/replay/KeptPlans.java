package io.jrootfs.runner.replay;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.jrootfs.runner.bundle.StagingArea;
import io.jrootfs.runner.bundle.UseTimes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The plans that are kept: a file for each beginning of a command line, found by the launcher
 * ({@code src/main/c/replay.c}). Machines that share a home directory have each its own; of all
 * together as many stay as of one.
 */
public final class KeptPlans {
  /** Bytes; the launcher reads no larger ones. */
  private static final int MAX_SIZE = 1 << 20;

  /** The launcher looks for no longer ones. */
  private static final int MAX_WORDS = 256;

  /** As many as stay when there are more, those that were used last. */
  private static final int KEPT = 200;

  /** What is looked through only now and then. */
  private static final int TOO_MANY = 250;

  private final Path directory;
  private final ImmutableList<String> machine;

  /**
   * @param directory made when first needed, in one that is there
   * @param machine tells it from others that share the directory, and from itself before it was
   *     started anew
   */
  public KeptPlans(Path directory, ImmutableList<String> machine) {
    this.directory = directory;
    this.machine = machine;
  }

  /**
   * Keeps a plan, in the place of an older one.
   *
   * @param words that the command line begins with
   * @param plan encoded
   * @throws IOException if it cannot be written; nothing is left of it
   */
  public void keep(ImmutableList<String> words, byte[] plan) throws IOException {
    if (words.size() > MAX_WORDS || plan.length > MAX_SIZE) {
      return;
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      makeDirectory();
    }
    Instant now;
    try (StagingArea staging = StagingArea.create(directory)) {
      Path staged = staging.directory().resolve("plan");
      Files.write(staged, plan);
      // By the clock that gives files their times, which is another machine's on its file system.
      now = Files.getLastModifiedTime(staged).toInstant();
      Files.move(staged, file(words), StandardCopyOption.ATOMIC_MOVE);
    }
    ImmutableList<String> kept = StagingArea.removeLeftovers(directory);
    if (!kept.isEmpty()) {
      throw new IOException(kept.get(0));
    }
    forgetTheOldest(now);
  }

  private void makeDirectory() throws IOException {
    try {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // Another jrun was faster; what it is, the launcher looks at.
      return;
    }
  }

  /** Whether there is one for a command line that begins so. */
  public boolean has(ImmutableList<String> words) {
    return Files.isRegularFile(file(words), LinkOption.NOFOLLOW_LINKS);
  }

  private Path file(ImmutableList<String> words) {
    return directory.resolve(name(words));
  }

  /**
   * FNV-1a with 64 bits over what the machine is and the words, each with a NUL behind it. Two that
   * have the same take each other's place: the launcher compares the words.
   */
  private String name(ImmutableList<String> words) {
    long hash = 0xcbf29ce484222325L;
    for (String word : Iterables.concat(machine, words)) {
      for (byte b : (word + "\0").getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
    }
    return String.format(Locale.ROOT, "%016x", hash);
  }

  private void forgetTheOldest(Instant now) throws IOException {
    List<Path> plans = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "????????????????")) {
      files.forEach(plans::add);
    }
    if (plans.size() <= TOO_MANY) {
      return;
    }
    record Used(Path plan, Instant when) {}
    List<Used> used = new ArrayList<>();
    for (Path plan : plans) {
      try {
        used.add(new Used(plan, Files.getLastModifiedTime(plan).toInstant()));
      } catch (NoSuchFileException e) {
        used.add(new Used(plan, Instant.EPOCH)); // somebody else has forgotten it
      }
    }
    used.sort(Comparator.comparing(Used::when, UseTimes.longestAgoFirst(now)));
    for (Used oldest : used.subList(0, Math.max(0, used.size() - KEPT))) {
      Files.deleteIfExists(oldest.plan());
    }
  }
}
