package io.jrootfs.builder.image;

import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.rootfs.Bytes;
import io.jrootfs.builder.rootfs.FileContent;
import io.jrootfs.builder.rootfs.Metadata;
import io.jrootfs.builder.rootfs.RootfsPath;
import io.jrootfs.builder.tar.PosixAcl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is who in a {@link LayerStack}: the numbers of the users and groups that access control lists
 * of its layers name. All layers are in place by then, for the accounts may be in another one.
 */
final class StackAccounts {
  private static final RootfsPath PASSWD = RootfsPath.of("/etc/passwd");
  private static final RootfsPath GROUP = RootfsPath.of("/etc/group");

  /** Bytes of one of these files at most; a thousand times what distributions ship. */
  private static final int MAX_SIZE = 1 << 20;

  private final LayerStack stack;

  /** Read when first needed. */
  private @Nullable Accounts accounts;

  /** Of lists that many entries share, as a global record gives them, by identity. */
  private final IdentityHashMap<PosixAcl, Bytes> attributes = new IdentityHashMap<>();

  StackAccounts(LayerStack stack) {
    this.stack = stack;
  }

  /**
   * What an entry has besides its name and content, access control lists included.
   *
   * @param metadata without them
   * @throws LayerStack.ConflictException if they name somebody whom the tree does not know
   * @throws IOException if the accounts cannot be read
   */
  Metadata numbered(RootfsPath path, Metadata metadata, ImmutableSortedMap<String, PosixAcl> acls)
      throws LayerStack.ConflictException, IOException {
    if (acls.isEmpty()) {
      return metadata;
    }
    Map<String, Bytes> xattrs = new TreeMap<>(metadata.xattrs());
    for (Map.Entry<String, PosixAcl> acl : acls.entrySet()) {
      try {
        Bytes value = attributes.get(acl.getValue());
        if (value == null) {
          value = acl.getValue().attribute(numbers());
          attributes.put(acl.getValue(), value);
        }
        xattrs.put(acl.getKey(), value);
      } catch (PosixAcl.NameException e) {
        throw new LayerStack.ConflictException(path + ": " + e.getMessage());
      }
    }
    return metadata.withXattrs(xattrs);
  }

  private PosixAcl.AccountNumbers numbers() throws LayerStack.ConflictException, IOException {
    Accounts found = accounts;
    if (found == null) {
      found = Accounts.parse(text(PASSWD), text(GROUP));
      accounts = found;
    }
    return new Numbers(found);
  }

  private String text(RootfsPath path) throws LayerStack.ConflictException, IOException {
    Optional<FileContent> content = stack.content(path);
    if (content.isEmpty()) {
      return "";
    }
    if (content.get().size() > MAX_SIZE) {
      throw new LayerStack.ConflictException(
          path + " of " + content.get().size() + " bytes; at most " + MAX_SIZE + " are read");
    }
    return new String(content.get().readAll(MAX_SIZE, path.value()), StandardCharsets.UTF_8);
  }

  private record Numbers(Accounts accounts) implements PosixAcl.AccountNumbers {
    @Override
    public OptionalLong user(String name) {
      return accounts
          .user(name)
          .map(user -> OptionalLong.of(user.uid()))
          .orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong group(String name) {
      return accounts
          .group(name)
          .map(group -> OptionalLong.of(group.gid()))
          .orElse(OptionalLong.empty());
    }
  }
}
