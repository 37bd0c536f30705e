package io.jrootfs.builder.debian;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Packages that one build downloads and the next need not. What is here is checked against the
 * signed index, by its digest (debootstrap) or its size (apt). Both tools take it that nobody else
 * writes at the same time; a second build meanwhile keeps its packages to itself.
 */
final class PackageCache implements Closeable {
  private final Path directory;
  private final @Nullable FileChannel channel;

  private PackageCache(Path directory, @Nullable FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Opens the cache for one build.
   *
   * @param cache made if it is not there
   * @param site whose directory takes the packages if another build is using the cache
   * @throws IOException if it cannot be made or written
   */
  static PackageCache open(Path cache, BootstrapSite site) throws IOException {
    Path packages = kept(cache);
    FileChannel channel = null;
    try {
      Files.createDirectories(packages);
      channel =
          FileChannel.open(
              cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(
          "cannot keep packages in "
              + cache
              + " ("
              + e.getMessage()
              + "); set JBUILD_CACHE_DIR to a directory that can be written",
          e);
    }
    if (isOurs(channel)) {
      return new PackageCache(packages, channel);
    }
    channel.close();
    return new PackageCache(Files.createDirectory(site.packages()), null);
  }

  /** Where packages are kept, to read; whoever reads checks them. */
  static Path kept(Path cache) {
    return cache.resolve("packages");
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another build in this JVM has it.
      return false;
    }
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
