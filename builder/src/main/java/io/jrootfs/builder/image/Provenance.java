package io.jrootfs.builder.image;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When and how an image was made; both are part of the image ID.
 *
 * @param created from the request, never the clock; cut to whole seconds
 * @param createdBy what was done, for people, as in {@code jbuild rootfs --add bash}
 */
public record Provenance(Instant created, String createdBy) {
  public Provenance {
    created = created.truncatedTo(ChronoUnit.SECONDS);
  }
}
