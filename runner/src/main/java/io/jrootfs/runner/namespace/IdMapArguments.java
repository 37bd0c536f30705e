package io.jrootfs.runner.namespace;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The maps of the options {@code --uidmap} and {@code --gidmap}, {@code CONTAINER:HOST:SIZE}.
 *
 * @param uids in the order given
 * @param gids in the order given; if there is but one of the two it stands for both, as podman has
 *     it
 */
public record IdMapArguments(ImmutableList<IdMapping> uids, ImmutableList<IdMapping> gids) {
  /** No such options. */
  public static final IdMapArguments NONE =
      new IdMapArguments(ImmutableList.of(), ImmutableList.of());

  /** {@code UID_GID_MAP_MAX_EXTENTS} of linux/user_namespace.h. */
  private static final int MAX_LINES = 340;

  /** {@code (uid_t) -1} means "no change" to the kernel, so it can be nobody's. */
  private static final long MAX_ID = 0xffff_fffeL;

  /**
   * Reads the options' values.
   *
   * @throws NamespaceSyntaxException if one is malformed or out of range, two overlap, or there is
   *     no root
   */
  public static IdMapArguments parse(ImmutableList<String> uids, ImmutableList<String> gids)
      throws NamespaceSyntaxException {
    ImmutableList<IdMapping> users = parse("--uidmap", uids);
    ImmutableList<IdMapping> groups = parse("--gidmap", gids);
    return new IdMapArguments(users.isEmpty() ? groups : users, groups.isEmpty() ? users : groups);
  }

  public boolean isEmpty() {
    return uids.isEmpty();
  }

  private static ImmutableList<IdMapping> parse(String option, ImmutableList<String> texts)
      throws NamespaceSyntaxException {
    if (texts.size() > MAX_LINES) {
      throw new NamespaceSyntaxException(
          option, texts.get(MAX_LINES), "the kernel takes " + MAX_LINES + " lines at most");
    }
    ImmutableList.Builder<IdMapping> all = ImmutableList.builder();
    for (String text : texts) {
      IdMapping mapping = parse(option, text);
      for (IdMapping before : all.build()) {
        if (mapping.overlaps(before)) {
          throw new NamespaceSyntaxException(
              option, text, "gives an id that '" + argument(before) + "' gives already");
        }
      }
      all.add(mapping);
    }
    ImmutableList<IdMapping> mappings = all.build();
    if (!mappings.isEmpty() && mappings.stream().noneMatch(mapping -> mapping.contains(0))) {
      throw new NamespaceSyntaxException(
          option,
          String.join(" ", texts),
          "no one is the container's root, who sets it up; add a line for 0, such as "
              + "0:100000:1");
    }
    return mappings;
  }

  private static IdMapping parse(String option, String text) throws NamespaceSyntaxException {
    List<String> parts = Splitter.on(':').splitToList(text);
    if (parts.size() != 3) {
      throw new NamespaceSyntaxException(
          option, text, "a map is CONTAINER:HOST:SIZE, such as 0:100000:65536");
    }
    long[] numbers = new long[3];
    for (int i = 0; i < 3; i++) {
      OptionalLong number = number(parts.get(i));
      if (number.isEmpty()) {
        throw new NamespaceSyntaxException(
            option, text, "'" + parts.get(i) + "' is no number from 0 to " + MAX_ID);
      }
      numbers[i] = number.getAsLong();
    }
    try {
      return new IdMapping(numbers[0], numbers[1], numbers[2]);
    } catch (IllegalArgumentException e) {
      throw new NamespaceSyntaxException(
          option,
          text,
          numbers[2] == 0
              ? "the size must be at least 1"
              : "it goes beyond the last id, " + MAX_ID);
    }
  }

  /** ASCII digits only, 0 to 2^32-2. */
  static OptionalLong number(String text) {
    if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > MAX_ID) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(text));
  }

  /** As the user writes it. */
  public static String argument(IdMapping mapping) {
    return mapping.containerId() + ":" + mapping.hostId() + ":" + mapping.size();
  }
}
