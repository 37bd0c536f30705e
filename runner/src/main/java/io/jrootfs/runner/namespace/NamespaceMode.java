package io.jrootfs.runner.namespace;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** Where the container's namespace of one kind comes from. */
public sealed interface NamespaceMode {
  /** Made for the container. */
  record Private() implements NamespaceMode {}

  /** The caller's own. */
  record Host() implements NamespaceMode {}

  /**
   * Another one that is there already.
   *
   * @param path absolute host path of a file of it, such as {@code /proc/PID/ns/net}
   */
  record Joined(String path) implements NamespaceMode {}

  /** Made for the container. */
  NamespaceMode PRIVATE = new Private();

  /** The caller's own. */
  NamespaceMode HOST = new Host();

  /** The option for each kind; a user namespace has more modes: {@link UserNamespaceMode}. */
  ImmutableMap<Namespace, String> OPTIONS =
      ImmutableMap.of(
          Namespace.NETWORK, "--network",
          Namespace.PID, "--pid",
          Namespace.IPC, "--ipc",
          Namespace.UTS, "--uts",
          Namespace.CGROUP, "--cgroupns");

  /** The words that {@link #parse} takes, without {@code ns:PATH}. */
  static ImmutableList<String> words(Namespace kind) {
    return switch (kind) {
      case NETWORK -> ImmutableList.of("none", "private", "host", "bridge", "pasta");
      case IPC -> ImmutableList.of("none", "private", "shareable", "host");
      default -> ImmutableList.of("private", "host");
    };
  }

  /**
   * Reads a mode as podman spells it. {@code none}, {@code bridge}, {@code pasta} and {@code
   * shareable} are private too; what they mean besides is the caller's business.
   *
   * @param kind one of {@link #OPTIONS}
   * @throws NamespaceSyntaxException if it is none
   */
  static NamespaceMode parse(Namespace kind, String text) throws NamespaceSyntaxException {
    String option = OPTIONS.getOrDefault(kind, "--" + kind.word());
    if (text.startsWith("ns:")) {
      return new Joined(NamespacePath.parse(option, text, kind));
    }
    if (!words(kind).contains(text)) {
      throw UnknownMode.of(option, text, words(kind), kind);
    }
    return text.equals("host") ? HOST : PRIVATE;
  }
}
