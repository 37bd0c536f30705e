package io.jrootfs.builder.debian;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.image.ImageConfig;
import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.ImageReference;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A base system, cleaned of what belongs to the machine and the day it was made on. */
public final class BaseSystem implements Base {
  private final BootstrapSite site;
  private final String suite;
  private final Rootfs rootfs;
  private final Platform platform;
  private final Optional<BaseLock> lock;

  private BaseSystem(
      BootstrapSite site, String suite, Rootfs rootfs, Platform platform, Optional<BaseLock> lock) {
    this.site = site;
    this.suite = suite;
    this.rootfs = rootfs;
    this.platform = platform;
    this.lock = lock;
  }

  /**
   * Makes a base system.
   *
   * @param sourceDate what dates inside files are set back to: seconds since the epoch
   * @param events gets what the back end says, on this thread
   * @throws BootstrapException if no machine could make it
   * @throws IOException if this one cannot
   */
  public static BaseSystem make(
      BootstrapRequest request,
      BootstrapHost host,
      long sourceDate,
      Consumer<BootstrapEvent> events)
      throws BootstrapException, IOException {
    return make(request, host, sourceDate, events, Packages.AS_THE_ARCHIVE_HAS_THEM);
  }

  /**
   * Where packages are from.
   *
   * @param isListed whether is told what the system was made of
   * @param lock what it was made of before: the tool is the same, and the system's apt is told the
   *     same
   * @param isOffline whether it is made of exactly that, from the cache, without a network
   */
  public record Packages(boolean isListed, Optional<BaseLock> lock, boolean isOffline) {
    private static final Packages AS_THE_ARCHIVE_HAS_THEM =
        new Packages(/* isListed= */ false, Optional.empty(), /* isOffline= */ false);

    /**
     * @throws IllegalArgumentException if packages are to come from nowhere
     */
    public Packages {
      if (isOffline && lock.isEmpty()) {
        throw new IllegalArgumentException("a system is made offline of locked packages only");
      }
    }
  }

  /** The same of packages that are locked, or are to be. */
  public static BaseSystem make(
      BootstrapRequest wanted,
      BootstrapHost host,
      long sourceDate,
      Consumer<BootstrapEvent> events,
      Packages packages)
      throws BootstrapException, IOException {
    BootstrapRequest request =
        wanted.withTool(
            Backends.tool(
                packages.lock.map(it -> wanted.withTool(it.tool())).orElse(wanted), host));
    BootstrapSite site = BootstrapSite.on(host);
    BaseSystem base = null;
    try {
      Rootfs made;
      Optional<BaseLock> lock = Optional.empty();
      try (PackageCache cache = PackageCache.open(host.cache(), site)) {
        Path kept = cache.directory();
        BootstrapRequest settled = request;
        if (packages.isOffline) {
          LockedArchive archive =
              LockedArchive.make(
                  packages.lock.orElseThrow(),
                  request.suite(),
                  PackageCache.kept(host.cache()),
                  site.archive(),
                  host);
          kept = archive.pool();
          settled = request.from(archive.uri(), named(request, packages.lock.orElseThrow()));
        }
        Backends.run(settled, host, site, kept, sourceDate, events);
        made = LayerFlattener.tree(site.tar());
        for (String unknown : PackageListing.unknown(settled.archive().components(), made)) {
          events.accept(new Warning("the archive has no component '" + unknown + "'"));
        }
        if (packages.isListed) {
          String sources =
              packages.lock.isPresent()
                  ? packages.lock.get().sources()
                  : PackageListing.sources(made);
          lock = Optional.of(new BaseLock(request.tool(), sources, PackageListing.of(made, kept)));
        }
      }
      Rootfs rootfs = BaseCleaning.clean(made, sourceDate);
      if (lock.isPresent()) {
        rootfs = PackageListing.withSources(rootfs, lock.get().sources(), sourceDate);
      }
      if (request.slim()) {
        rootfs = SlimRules.apply(rootfs, sourceDate);
      }
      base = new BaseSystem(site, request.suite(), rootfs, DpkgArchitecture.platform(rootfs), lock);
      return base;
    } catch (ImageFormatException e) {
      throw new IOException("the system that was made cannot be read: " + e.getMessage(), e);
    } finally {
      if (base == null) {
        site.close();
      }
    }
  }

  /**
   * debootstrap adds packages that it takes to be needed for the mirror; from another one they must
   * be named. apt would note down that somebody has asked for what is named.
   */
  private static ImmutableList<String> named(BootstrapRequest request, BaseLock lock) {
    return request.tool() == Tool.MMDEBSTRAP
        ? request.include()
        : lock.packages().stream()
            .filter(one -> !one.priority().equals("required"))
            .map(LockedPackage::name)
            .collect(ImmutableList.toImmutableList());
  }

  /** What it was made of; empty unless that was asked for. */
  public Optional<BaseLock> lock() {
    return lock;
  }

  @Override
  public Rootfs rootfs() {
    return rootfs;
  }

  @Override
  public ImageConfig config() {
    return ImageConfig.empty(platform);
  }

  @Override
  public String title() {
    return "the base system " + suite;
  }

  @Override
  public String option() {
    return "--debootstrap " + suite;
  }

  @Override
  public ImageReference name() {
    return ImageReference.forUnnamed(suite);
  }

  @Override
  public Sysroot unpacked() throws IOException {
    Path directory = site.unpacked();
    if (!Files.exists(directory)) {
      DirectoryWriter.write(
          rootfs, directory, DirectoryWriter.Options.ours(DirectoryWriter.Forbidden.OMIT));
    }
    return Sysroot.of(directory);
  }

  @Override
  public void close() throws IOException {
    site.close();
  }
}
