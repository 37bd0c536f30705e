package io.jrootfs.builder.ldso;

import java.util.Optional;

/**
 * One place a search looked at in vain.
 *
 * @param rule the rule that made the loader look there
 * @param place a directory, a path, or {@code /etc/ld.so.cache}
 * @param passedOver why what stands there does not serve, such as a library for another machine;
 *     empty if there is no file of that name
 */
public record SearchedPlace(FoundBy rule, String place, Optional<String> passedOver) {
  /** Why a file does not serve whatever is in it: no image can hold it. */
  public static final String NOT_UTF8 =
      "has a name that is not UTF-8, which no image can hold; rename it";

  /** A place where no file of that name stands. */
  public SearchedPlace(FoundBy rule, String place) {
    this(rule, place, Optional.empty());
  }

  /** As people read it: {@code /opt/lib (run path)}. */
  @Override
  public String toString() {
    return place + " (" + rule + passedOver.map(reason -> ": " + reason).orElse("") + ")";
  }
}
