package io.jrootfs.runner.cli;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.bundle.UnpackedImages.Unpacked;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which unpacked images go. Without any rule it is all that no container runs from.
 *
 * @param maxSize bytes that all have together at most, as far as none that is used has to go
 * @param unusedSince those that were not used since then
 */
record Pruning(OptionalLong maxSize, Optional<Instant> unusedSince) {
  /**
   * Those that go.
   *
   * @param images those first that were used last
   */
  ImmutableList<Unpacked> of(ImmutableList<Unpacked> images) {
    long size = images.stream().mapToLong(image -> image.size().orElse(0)).sum();
    ImmutableList.Builder<Unpacked> going = ImmutableList.builder();
    for (Unpacked image : images.reverse()) {
      if (!image.isHeld() && (isOld(image) || isTooMuch(size))) {
        going.add(image);
        size -= image.size().orElse(0);
      }
    }
    return going.build();
  }

  private boolean isOld(Unpacked image) {
    return unusedSince.isPresent()
        ? image.lastUsed().isBefore(unusedSince.get())
        : maxSize.isEmpty();
  }

  private boolean isTooMuch(long size) {
    return maxSize.isPresent() && size > maxSize.getAsLong();
  }
}
