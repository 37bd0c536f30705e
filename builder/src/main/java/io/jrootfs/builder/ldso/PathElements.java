package io.jrootfs.builder.ldso;

import java.util.Optional;

/** What the elements of an rpath or run path mean in a program at hand. */
interface PathElements {
  /**
   * The directory an element names.
   *
   * @param owner the object the list stands in
   * @return empty if the loader drops the element
   */
  Optional<String> expand(String element, LoadedObject owner);

  /** Why an element may be dropped, for people. */
  String whyDropped();
}
