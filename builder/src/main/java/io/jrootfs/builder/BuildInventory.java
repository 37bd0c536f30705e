package io.jrootfs.builder;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.closure.Closure;
import io.jrootfs.builder.dpkg.Ownership;
import io.jrootfs.builder.image.Base;
import io.jrootfs.builder.rootfs.Rootfs;
import io.jrootfs.builder.sbom.Inventory;
import io.jrootfs.builder.sbom.InventoryReader;
import io.jrootfs.builder.sysroot.Sysroot;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a build knows of the parts of its image, which the image alone no longer tells: from which
 * package each file was taken, and which file needed it.
 *
 * @param request what was built
 * @param rootfs the tree that was written
 * @param closure which files need which
 * @param base what everything was put upon, if anything; still open
 * @param sysroot where the rest was taken from
 */
public record BuildInventory(
    RootfsRequest request, Rootfs rootfs, Closure closure, Optional<Base> base, Sysroot sysroot) {

  /**
   * Reads every file once more.
   *
   * @param written the image, whose digest tells it from others
   * @param defaults of the image
   * @param tool what to name as the author
   * @throws IOException if a file, or a database of packages, cannot be read
   */
  public Inventory read(BuildReport written, ImageDefaults defaults, Inventory.Tool tool)
      throws IOException {
    ImmutableList.Builder<Ownership> known = ImmutableList.builder();
    known.add(Ownership.ofTaken(rootfs, sysroot));
    if (base.isPresent()) {
      known.add(Ownership.ofBase(rootfs, base.get().rootfs(), base.get().unpacked()));
    }
    return InventoryReader.read(
        new InventoryReader.Request(
            request.name().orElse(defaults.name()),
            written.manifestDigest(),
            request.image().applyTo(defaults.config()).platform(),
            Instant.ofEpochSecond(request.sourceDateEpoch())),
        tool,
        rootfs,
        closure,
        known.build());
  }
}
