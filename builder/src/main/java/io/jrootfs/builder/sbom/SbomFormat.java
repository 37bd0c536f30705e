package io.jrootfs.builder.sbom;

import java.io.IOException;
import java.io.OutputStream;

/** A format of software bills of materials. */
public enum SbomFormat {
  /** SPDX 2.3. */
  SPDX("application/spdx+json", ".spdx.json", "spdxVersion"),
  /** CycloneDX 1.6. */
  CYCLONEDX("application/vnd.cyclonedx+json", ".cdx.json", "bomFormat");

  private final String mediaType;
  private final String suffix;
  private final String mark;

  SbomFormat(String mediaType, String suffix, String mark) {
    this.mediaType = mediaType;
    this.suffix = suffix;
    this.mark = mark;
  }

  /** As registered with IANA. */
  public String mediaType() {
    return mediaType;
  }

  /** What the names of such files end in. */
  public String suffix() {
    return suffix;
  }

  /** The property that every document of this format has, and none of another. */
  public String mark() {
    return mark;
  }

  /**
   * Writes an inventory; the same bytes for the same one.
   *
   * @param out not closed
   * @throws IOException if it cannot be written
   */
  public void write(Inventory inventory, OutputStream out) throws IOException {
    JsonText.write(
        out,
        json -> {
          switch (this) {
            case SPDX -> new SpdxDocument(inventory, json).write();
            case CYCLONEDX -> new CycloneDxDocument(inventory, json).write();
          }
        });
  }
}
