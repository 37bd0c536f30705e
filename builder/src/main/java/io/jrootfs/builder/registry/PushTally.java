package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;

/** Counts the blobs of a push. */
final class PushTally {
  private int uploaded;
  private long uploadedSize;
  private int present;

  void countUploaded(long size) {
    uploaded++;
    uploadedSize += size;
  }

  void countPresent() {
    present++;
  }

  PushReport report(RegistryReference reference, Digest manifest) {
    return new PushReport(reference, manifest, uploaded, uploadedSize, present);
  }
}
