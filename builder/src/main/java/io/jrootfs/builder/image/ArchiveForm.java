package io.jrootfs.builder.image;

/** For whom an image archive is. */
public enum ArchiveForm {
  /** For everybody: an OCI layout and docker's {@code manifest.json} over the same blobs. */
  HYBRID,
  /** An OCI layout alone. */
  OCI,
  /** What {@code docker save} writes, alone. */
  DOCKER
}
