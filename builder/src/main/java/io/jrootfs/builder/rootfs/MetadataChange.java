package io.jrootfs.builder.rootfs;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be different about an entry.
 *
 * @param mode all twelve bits; empty: as {@code plain} says
 * @param plain whether nothing may be left of who has made the file when, and with which umask:
 *     without a {@code mode} it gets 0755 or 0644, and the source date
 * @param owner empty: as it is
 * @param capability a value of the attribute {@code security.capability}; empty: as it is
 */
public record MetadataChange(
    Optional<Integer> mode, boolean plain, Optional<Owner> owner, Optional<Bytes> capability) {
  private static final int ANY_EXECUTE = 0111;
  private static final String CAPABILITY = "security.capability";

  /** Whose a file is. */
  public record Owner(long uid, long gid) {
    public static final Owner ROOT = new Owner(0, 0);
  }

  /** Everything stays as it is. */
  public static MetadataChange none() {
    return new MetadataChange(Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /** Whether nothing would change. */
  public boolean isEmpty() {
    return mode.isEmpty() && !plain && owner.isEmpty() && capability.isEmpty();
  }

  Metadata applyTo(Metadata metadata, long sourceDate) {
    Metadata changed = plain ? metadata.withMtime(sourceDate) : metadata;
    if (mode.isPresent()) {
      changed = changed.withMode(mode.get());
    } else if (plain) {
      changed = changed.withMode((metadata.mode() & ANY_EXECUTE) == 0 ? 0644 : 0755);
    }
    if (owner.isPresent()) {
      changed = changed.withOwner(owner.get().uid(), owner.get().gid());
    }
    if (capability.isPresent()) {
      Map<String, Bytes> xattrs = new TreeMap<>(metadata.xattrs());
      xattrs.put(CAPABILITY, capability.get());
      changed = changed.withXattrs(xattrs);
    }
    return changed;
  }
}
