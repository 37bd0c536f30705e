package io.jrootfs.builder.debian;

import io.jrootfs.builder.image.ImageFormatException;
import io.jrootfs.builder.image.LayerFlattener;
import io.jrootfs.builder.image.Platform;
import io.jrootfs.builder.rootfs.DirectoryWriter;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A base system, cleaned of what belongs to the machine and the day it was made on. */
public final class BaseSystem implements Closeable {
  private final BootstrapSite site;
  private final String suite;
  private final Rootfs rootfs;
  private final Platform platform;

  private BaseSystem(BootstrapSite site, String suite, Rootfs rootfs, Platform platform) {
    this.site = site;
    this.suite = suite;
    this.rootfs = rootfs;
    this.platform = platform;
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
    BootstrapSite site = BootstrapSite.on(host);
    BaseSystem base = null;
    try {
      try (PackageCache cache = PackageCache.open(host.cache(), site)) {
        Backends.run(request, host, site, cache.directory(), sourceDate, events);
      }
      Rootfs rootfs = BaseCleaning.clean(LayerFlattener.tree(site.tar()), sourceDate);
      if (request.slim()) {
        rootfs = SlimRules.apply(rootfs, sourceDate);
      }
      base = new BaseSystem(site, request.suite(), rootfs, DpkgArchitecture.platform(rootfs));
      return base;
    } catch (ImageFormatException e) {
      throw new IOException("the system that was made cannot be read: " + e.getMessage(), e);
    } finally {
      if (base == null) {
        site.close();
      }
    }
  }

  /** The tree. Its files are on the disk as long as this is open. */
  public Rootfs rootfs() {
    return rootfs;
  }

  /** As asked for. */
  public String suite() {
    return suite;
  }

  /** What machine it is for. */
  public Platform platform() {
    return platform;
  }

  /**
   * The tree on the disk, to look for programs in; every file is ours, and what we may not make is
   * left out.
   *
   * @throws IOException if it cannot be written
   */
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
