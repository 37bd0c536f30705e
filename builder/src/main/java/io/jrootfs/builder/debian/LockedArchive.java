package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.debian.BootstrapEnvironmentException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An archive of locked packages alone, made for one build. Nobody signs it: what vouches for it is
 * the lock, whose digests every file is checked against once it is where nobody else writes.
 */
final class LockedArchive {
  private final Path directory;

  private LockedArchive(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the archive.
   *
   * @param suite what it is asked for
   * @param cache where packages are kept
   * @param directory does not exist yet
   * @throws BootstrapEnvironmentException if a package is not in the cache
   */
  static LockedArchive make(
      BaseLock lock, String suite, Path cache, Path directory, BootstrapHost host)
      throws IOException {
    LockedArchive archive = new LockedArchive(directory);
    Files.createDirectories(archive.pool());
    archive.takePackages(lock.packages(), cache);
    archive.writeIndex(lock.packages(), suite, host);
    return archive;
  }

  /** Where the package files are, under the names that both tools look for in a cache. */
  Path pool() {
    return directory.resolve("pool");
  }

  String uri() {
    return "file://" + directory;
  }

  private void takePackages(ImmutableList<LockedPackage> packages, Path cache) throws IOException {
    ImmutableList<LockedPackage> missing =
        packages.stream()
            .filter(one -> !Files.isRegularFile(cache.resolve(one.fileName())))
            .collect(ImmutableList.toImmutableList());
    if (!missing.isEmpty()) {
      throw new BootstrapEnvironmentException(
          Kind.MISSING_PACKAGE,
          "the locked package "
              + missing.get(0).fileName()
              + (missing.size() > 1 ? " (and " + (missing.size() - 1) + " more)" : "")
              + " is not in "
              + cache
              + "; build once without --offline, or copy it there from where it is");
    }
    for (LockedPackage one : packages) {
      Path taken = pool().resolve(one.fileName());
      Files.copy(cache.resolve(one.fileName()), taken);
      try {
        PackageListing.verify(one, taken);
      } catch (BootstrapEnvironmentException e) {
        throw new BootstrapEnvironmentException(
            Kind.MISSING_PACKAGE,
            "the package "
                + cache.resolve(one.fileName())
                + " is not the locked one, its digest differs; remove it, and build once without"
                + " --offline");
      }
    }
  }

  private void writeIndex(ImmutableList<LockedPackage> packages, String suite, BootstrapHost host)
      throws IOException {
    StringBuilder index = new StringBuilder();
    for (LockedPackage one : packages) {
      Path file = pool().resolve(one.fileName());
      index.append(control(file, host));
      field(index, "Priority", one.priority());
      field(index, "Section", one.section());
      field(index, "Filename", "pool/" + one.fileName());
      field(index, "Size", String.valueOf(Files.size(file)));
      field(index, "SHA256", one.sha256());
      index.append('\n');
    }
    String architecture =
        packages.stream()
            .filter(one -> one.name().equals("dpkg"))
            .map(LockedPackage::architecture)
            .findFirst()
            .orElse("all");
    String name = "main/binary-" + architecture + "/Packages";
    Path distribution = directory.resolve("dists").resolve(suite);
    Path file = distribution.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElseThrow());
    byte[] bytes = index.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(file, bytes);
    StringBuilder release = new StringBuilder();
    field(release, "Suite", suite);
    field(release, "Codename", suite);
    field(release, "Architectures", architecture);
    field(release, "Components", "main");
    release.append("SHA256:\n ").append(Hashing.sha256().hashBytes(bytes));
    release.append(' ').append(bytes.length).append(' ').append(name).append('\n');
    Files.writeString(distribution.resolve("Release"), release);
  }

  /** Its own words, but for the two that the archive has the last word of. */
  private static String control(Path file, BootstrapHost host) throws IOException {
    String control =
        HostApt.answer(host, ImmutableList.of("dpkg-deb", "--field", file.toString())) + "\n";
    return control.replaceAll("(?m)^(Priority|Section):.*\n", "");
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append('\n');
  }
}
