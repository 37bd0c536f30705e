package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.jrootfs.builder.image.ImageFormatException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where an image is made ready for one container alone. Such a place is a cache of its own, {@code
 * jrun-NAME}, beside which {@code jrun-NAME.lock} names the launcher that will hold it locked as
 * long as the container is there, and then removes both.
 */
public final class TemporaryPlaces {
  private static final String PREFIX = "jrun-";

  private final ImmutableList<Path> directories;
  private final String launcher;
  private final Predicate<String> mayLive;
  private Optional<StagingArea> made = Optional.empty();

  /**
   * @param directories that are tried, in this order
   * @param launcher names the process that will hold what is made
   * @param mayLive whether the process of such a name may be there
   */
  public TemporaryPlaces(
      ImmutableList<Path> directories, String launcher, Predicate<String> mayLive) {
    this.directories = directories;
    this.launcher = launcher;
    this.mayLive = mayLive;
  }

  /** The directories that there are for such things (hier(7)), those on disks first. */
  public static ImmutableList<Path> directories(ImmutableMap<String, String> environment) {
    Set<Path> all = new LinkedHashSet<>();
    String chosen = environment.getOrDefault("TMPDIR", "");
    if (chosen.startsWith("/")) {
      all.add(Path.of(chosen).normalize());
    }
    all.add(Path.of("/var/tmp"));
    all.add(Path.of("/tmp"));
    all.add(Path.of("/dev/shm"));
    return ImmutableList.copyOf(all);
  }

  /** None, for those who make nothing. */
  public static TemporaryPlaces none() {
    return new TemporaryPlaces(ImmutableList.of(), "", name -> true);
  }

  /** A place that could be made. */
  Path example() {
    return (directories.isEmpty() ? Path.of("/tmp") : directories.get(0)).resolve(PREFIX + "NAME");
  }

  /**
   * Makes an image ready in the first place that can be written and has room. It goes when this
   * process ends, unless it is handed over.
   *
   * @param cause why this is done, with the bundle's warnings
   */
  Bundle open(BundleCache.Opening opening, String cause)
      throws ImageFormatException, BundleException, IOException {
    StringBuilder tried = new StringBuilder(cause);
    for (Path directory : directories) {
      try {
        refuseUnfit(directory, opening.size());
        return open(opening, directory, tried);
      } catch (IOException e) {
        opening.refuseUnreadable(e);
        tried.append("; ").append(directory).append(": ").append(Reasons.of(e));
      }
    }
    throw new FileSystemException(
        opening.image().toString(),
        null,
        "cannot be made ready anywhere ("
            + tried
            + "); set JRUN_CACHE_DIR or TMPDIR to a directory with room");
  }

  private Bundle open(BundleCache.Opening opening, Path directory, CharSequence tried)
      throws ImageFormatException, BundleException, IOException {
    ImmutableList<String> kept =
        StagingArea.removeLeftovers(directory, PREFIX + "[0-9a-f]".repeat(16), mayLive);
    StagingArea area = StagingArea.create(directory, PREFIX, launcher);
    boolean isMade = false;
    try {
      CacheLayout layout = new CacheLayout(area.directory());
      layout.create();
      Bundle bundle = opening.in(layout);
      made = Optional.of(area);
      isMade = true;
      String warning =
          "the image is made ready for this container alone, in "
              + directory
              + " ("
              + tried
              + "); set JRUN_CACHE_DIR to a directory that can be written to have it kept";
      return bundle
          .inTemporary(area.directory())
          .withWarnings(
              ImmutableList.<String>builder()
                  .add(warning)
                  .addAll(kept)
                  .addAll(bundle.warnings())
                  .build());
    } finally {
      if (!isMade) {
        area.close();
      }
    }
  }

  private static void refuseUnfit(Path directory, long size) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new FileSystemException(directory.toString(), null, "no directory");
    }
    boolean isSticky =
        (((Integer) Files.getAttribute(directory, "unix:mode")) & 01000) != 0; // S_ISVTX
    if (!isSticky
        && Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new FileSystemException(
          directory.toString(), null, "others could change what is made there");
    }
    long room = Files.getFileStore(directory).getUsableSpace();
    if (room < size) {
      throw new FileSystemException(
          directory.toString(), null, "has room for " + room + " bytes, the image has " + size);
    }
  }

  /** Leaves the place to its launcher. */
  void handOver() throws IOException {
    if (made.isPresent()) {
      made.get().handOver();
      made = Optional.empty();
    }
  }
}
