package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The elements of rpaths and run paths in a program that gains privileges: {@code $ORIGIN} counts
 * at the start only, and the program's own must lead to a system directory, or whoever makes a hard
 * link to the program chooses its libraries (glibc, elf/dl-load.c, {@code _dl_dst_substitute}).
 */
final class TrustedPaths implements PathElements {
  private final DynamicStringTokens tokens;
  private final ImmutableList<String> systemDirectories;

  TrustedPaths(DynamicStringTokens tokens, ImmutableList<String> systemDirectories) {
    this.tokens = tokens;
    this.systemDirectories = systemDirectories;
  }

  @Override
  public Optional<String> expand(String element, LoadedObject owner) {
    int end = DynamicStringTokens.originEnd(element, 0);
    boolean startsWithOrigin = end > 0 && (end == element.length() || element.charAt(end) == '/');
    boolean hasOrigin = false;
    for (int i = 0; i < element.length(); i++) {
      boolean isOrigin = DynamicStringTokens.originEnd(element, i) > 0;
      if (isOrigin && (i > 0 || !startsWithOrigin)) {
        return Optional.empty();
      }
      hasOrigin |= isOrigin;
    }
    boolean mustBeTrusted = hasOrigin && owner.requester().isEmpty();
    return tokens
        .expand(element, owner)
        .filter(directory -> !mustBeTrusted || isTrusted(directory));
  }

  private boolean isTrusted(String directory) {
    Deque<String> components = new ArrayDeque<>();
    for (String component : directory.split("/", -1)) {
      if (component.equals("..")) {
        components.pollLast();
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.addLast(component);
      }
    }
    String normal = "/" + String.join("/", components) + "/";
    return systemDirectories.stream().anyMatch(normal::startsWith);
  }

  @Override
  public String whyDropped() {
    return "of no effect in a program that gains privileges, where $ORIGIN must lead to a system"
        + " directory";
  }
}
