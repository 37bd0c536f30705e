package io.jrootfs.runner.namespace;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.OptionalLong;

/** Which user namespace the container has. */
public sealed interface UserNamespaceMode {
  /** The option. */
  String OPTION = "--userns";

  /** The words that {@link #parse} takes, without {@code ns:PATH}. */
  ImmutableList<String> WORDS = ImmutableList.of("host", "private", "keep-id", "nomap");

  /** The one that jrun is in: the host's for root, one of the caller's own for an ordinary user. */
  record Host() implements UserNamespaceMode {}

  /**
   * A new one.
   *
   * @param maps which ids it has; empty lists for all that the caller has
   */
  record Private(IdMapArguments maps) implements UserNamespaceMode {}

  /**
   * A new one where the caller is somebody else than root.
   *
   * @param uid who he is there; his own number if empty
   * @param gid his group; its own number if empty
   */
  record KeepId(OptionalLong uid, OptionalLong gid) implements UserNamespaceMode {}

  /** A new one where the caller is nobody. */
  record NoMap() implements UserNamespaceMode {}

  /**
   * Another one that is there already.
   *
   * @param path absolute host path of a file of it: {@code /proc/PID/ns/user}
   */
  record Joined(String path) implements UserNamespaceMode {}

  /**
   * Reads the option as podman spells it.
   *
   * @param maps of the options {@code --uidmap} and {@code --gidmap}, for {@code private}
   * @throws NamespaceSyntaxException if it is no mode, or one that has its own maps
   */
  static UserNamespaceMode parse(String text, IdMapArguments maps) throws NamespaceSyntaxException {
    if (!maps.isEmpty() && !text.equals("private")) {
      throw new NamespaceSyntaxException(
          OPTION, text, "--uidmap and --gidmap are for '--userns private' only; leave one out");
    }
    if (text.startsWith("ns:")) {
      return new Joined(NamespacePath.parse(OPTION, text, Namespace.USER));
    }
    if (text.startsWith("keep-id:")) {
      return keepId(text);
    }
    return switch (text) {
      case "host" -> new Host();
      case "private" -> new Private(maps);
      case "keep-id" -> new KeepId(OptionalLong.empty(), OptionalLong.empty());
      case "nomap" -> new NoMap();
      case "auto" ->
          throw new NamespaceSyntaxException(
              OPTION,
              text,
              "jrun does not choose ids that no other container has; choose with '--uidmap"
                  + " 0:100000:65536'");
      default -> throw UnknownMode.of(OPTION, text, WORDS, Namespace.USER);
    };
  }

  private static KeepId keepId(String text) throws NamespaceSyntaxException {
    OptionalLong uid = OptionalLong.empty();
    OptionalLong gid = OptionalLong.empty();
    for (String entry : Splitter.on(',').split(text.substring("keep-id:".length()))) {
      OptionalLong id = IdMapArguments.number(entry.substring(entry.indexOf('=') + 1));
      if (id.isEmpty() || !(entry.startsWith("uid=") || entry.startsWith("gid="))) {
        throw new NamespaceSyntaxException(
            OPTION, text, "'" + entry + "' is neither uid=NUMBER nor gid=NUMBER");
      }
      if (entry.startsWith("uid=")) {
        uid = id;
      } else {
        gid = id;
      }
    }
    return new KeepId(uid, gid);
  }
}
