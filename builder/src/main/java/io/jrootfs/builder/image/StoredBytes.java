package io.jrootfs.builder.image;

import io.jrootfs.builder.rootfs.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over bytes as they are stored. It leaves them outside the heap, where the kernel puts
 * them and takes them from: through arrays, as streams go, they would be copied three times more,
 * which takes as long as their digest.
 */
final class StoredBytes {
  private StoredBytes() {}

  /**
   * The digest of all of {@code stored}.
   *
   * @throws IOException if they cannot be read, or there are fewer
   */
  static Digest digest(FileContent.Slice stored) throws IOException {
    return pass(stored, null);
  }

  /**
   * The same, of what is appended to {@code out} meanwhile.
   *
   * @throws IOException if they cannot be read, or there are fewer, or {@code out} fails
   */
  static Digest copy(FileContent.Slice stored, FileOutput out) throws IOException {
    return pass(stored, out);
  }

  private static Digest pass(FileContent.Slice stored, @Nullable FileOutput out)
      throws IOException {
    try (FileChannel in =
            FileChannel.open(
                stored.file(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        BackgroundDigest digest = new BackgroundDigest()) {
      long done = 0;
      while (done < stored.size()) {
        ByteBuffer piece = digest.piece();
        piece.limit((int) Math.min(piece.capacity(), stored.size() - done));
        if (in.read(piece, stored.offset() + done) < 0) {
          throw new EOFException(
              "%s: ended %d bytes early; it changed while read"
                  .formatted(stored.file(), stored.size() - done));
        }
        piece.flip();
        done += piece.remaining();
        if (out != null) {
          out.write(piece.duplicate());
        }
        digest.update(piece);
      }
      return digest.finish();
    }
  }
}
