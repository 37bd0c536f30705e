package io.jrootfs.builder.registry;

import io.jrootfs.builder.image.Digest;
import io.jrootfs.builder.rootfs.FileContent;
import java.io.IOException;

/** Pushes blobs, and counts them. */
final class PushTally {
  private final RegistrySession session;
  private int uploaded;
  private long uploadedSize;
  private int mounted;
  private int present;

  PushTally(RegistrySession session) {
    this.session = session;
  }

  void push(Digest digest, FileContent content) throws IOException {
    switch (session.push(digest, content)) {
      case PRESENT -> present++;
      case MOUNTED -> mounted++;
      case UPLOADED -> {
        uploaded++;
        uploadedSize += content.size();
      }
    }
  }

  PushReport report(RegistryReference reference, Digest manifest) {
    return new PushReport(reference, manifest, uploaded, uploadedSize, mounted, present);
  }
}
