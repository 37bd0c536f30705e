package io.jrootfs.runner.bundle;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether an index of layers can be mounted for a container. */
public interface IndexMounts {
  /** Why none can; empty if one may be. Known without asking the kernel. */
  Optional<String> obstacle();

  /**
   * Has the kernel mount one, where nobody sees it, and forget it.
   *
   * @param index the index
   * @param layers in the order that it counts them
   * @return what the kernel says against it; empty if it does mount it
   * @throws IOException if it cannot be asked
   */
  Optional<String> refusal(Path index, ImmutableList<Path> layers) throws IOException;

  /** None can be mounted. */
  static IndexMounts none(String why) {
    return new IndexMounts() {
      @Override
      public Optional<String> obstacle() {
        return Optional.of(why);
      }

      @Override
      public Optional<String> refusal(Path index, ImmutableList<Path> layers) {
        return obstacle();
      }
    };
  }
}
