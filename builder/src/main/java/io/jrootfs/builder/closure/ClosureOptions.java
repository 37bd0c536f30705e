package io.jrootfs.builder.closure;

import io.jrootfs.builder.ldso.HwcapsPolicy;

/**
 * How far a closure goes.
 *
 * @param hwcaps for which processors libraries are collected
 */
public record ClosureOptions(HwcapsPolicy hwcaps) {
  /** What every processor loads. */
  public static final ClosureOptions DEFAULT = new ClosureOptions(HwcapsPolicy.BASELINE);

  /** The same for other processors. */
  public ClosureOptions withHwcaps(HwcapsPolicy policy) {
    return new ClosureOptions(policy);
  }
}
